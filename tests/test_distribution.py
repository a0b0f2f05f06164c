import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = {"checks": "prowler_cis_monitoring", "compliance": "prowler_cis_monitoring/compliance"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    built = tmp_path_factory.mktemp("wheel")
    shutil.rmtree(ROOT / "build", ignore_errors=True)  # setuptools would pack what an earlier build left there
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(built), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    (path,) = built.glob("*.whl")
    return path


def test_the_wheel_holds_every_file_of_the_package(wheel):
    wanted = {
        f"{package}/{path.relative_to(ROOT / folder).as_posix()}"
        for folder, package in PACKAGES.items()
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".py", ".json", ".typed"}
    }
    packed = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert packed == wanted


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
