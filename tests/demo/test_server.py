import os

from prowler_cis_monitoring.demo.server import demo_server


def test_a_child_process_sees_the_embedded_account_only(monkeypatch):
    monkeypatch.setenv("AWS_PROFILE", "mine")
    monkeypatch.setenv("HOME", "/home/me")
    with demo_server() as server:
        environment = server.environment()
        assert environment["AWS_ENDPOINT_URL"] == server.endpoint
    assert environment["HOME"] == "/home/me"
    assert "AWS_PROFILE" not in environment
    assert {environment[name] for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE")} == {os.devnull}
