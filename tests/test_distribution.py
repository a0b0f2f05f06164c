import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = (ROOT / "checks/prowler_cis_monitoring", ROOT / "compliance/prowler_cis_monitoring_compliance")
SOURCES = ("checks", "compliance", "docs", "tests")


def files_below(folder):
    if not (ROOT / ".git").exists():
        pytest.skip("which files belong to it is known in a checkout only")
    tracked = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "."],
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
    )
    return {name for name in tracked.stdout.splitlines() if (folder / name).is_file()}


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("built")
    command = [sys.executable, "-m", "build", "--wheel", "--sdist", "--no-isolation", "--outdir", str(folder)]
    subprocess.run([*command, str(ROOT)], check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def wheel(built):
    (path,) = built.glob("*.whl")
    return path


def test_the_wheel_holds_every_file_of_the_two_packages_and_no_other(wheel):
    wanted = {f"{package.name}/{name}" for package in PACKAGES for name in files_below(package)}
    packed = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert packed == wanted


def test_the_source_distribution_holds_every_file_of_the_source_folders_and_all_tests(built):
    (path,) = built.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    packed = {name for name in names if name.split("/")[0] in SOURCES}
    assert packed == {f"{folder}/{name}" for folder in SOURCES for name in files_below(ROOT / folder)}


def test_an_image_is_built_of_all_that_the_wheel_needs_and_of_nothing_else(wheel, tmp_path):
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    kept = [line.removeprefix("!") for line in lines if line.startswith("!")]
    assert "*" in lines
    for name in kept:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, tmp_path / name)
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path / "built")]
    subprocess.run([*command, str(tmp_path)], check=True, capture_output=True)
    (path,) = (tmp_path / "built").glob("*.whl")
    packed = {name for name in zipfile.ZipFile(path).namelist() if "__pycache__" not in name}
    assert packed == set(zipfile.ZipFile(wheel).namelist())


def test_the_image_runs_without_root():
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    last = [line for line in lines if line.startswith("USER ")][-1]
    assert last == "USER 10001"
    assert lines.index(last) > lines.index("COPY --from=build /opt/prowler /opt/prowler")


def test_an_installed_wheel_explains_patterns_without_the_checkout(wheel, tmp_path):
    site = tmp_path / "site"
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(site)
    code = "import sys; from prowler_cis_monitoring.cli import main; print(main.__code__.co_filename); sys.exit(main())"
    done = subprocess.run(
        [sys.executable, "-c", code, "explain", "vpc_changes", "{ $.eventName = *Vpc* }"],
        env={**os.environ, "PYTHONPATH": str(site)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.startswith(str(site))
    assert done.returncode in (0, 1), done.stderr
