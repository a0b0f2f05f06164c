"""Whom connections trust is read once for all clients, and remains what each of them trusts."""

import threading

import pytest
from botocore.awsrequest import AWSRequest
from botocore.exceptions import SSLError
from botocore.httpsession import URLLib3Session, get_cert_path
from werkzeug.serving import make_server, make_ssl_devcert

from prowler_cis_monitoring.services import authorities
from prowler_cis_monitoring.services.authorities import read_authorities_once


@pytest.fixture(autouse=True)
def _read_once(monkeypatch):
    monkeypatch.setattr(URLLib3Session, "_get_pool_manager_kwargs", authorities._kwargs_of_botocore)
    authorities._context.cache_clear()
    read_authorities_once()


@pytest.fixture
def strange_server(tmp_path):
    """Serve TLS with a certificate that nobody has signed; its address and the certificate."""
    certificate, key = make_ssl_devcert(str(tmp_path / "own"), host="localhost")
    server = make_server("localhost", 0, _answer, threaded=True, ssl_context=(certificate, key))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"https://localhost:{server.server_port}/", certificate
    server.shutdown()
    thread.join()
    server.server_close()


def _answer(_environ, start_response):
    start_response("200 OK", [])
    return [b"hello"]


def _context(session):
    return session._manager.connection_pool_kw["ssl_context"]


def _ask(session, address):
    answer = session.send(AWSRequest("GET", address).prepare())
    session.close()
    return answer.content


def test_all_clients_share_what_was_read():
    first, second = URLLib3Session(), URLLib3Session()
    assert _context(first) is _context(second)
    for _ in range(2):
        _context(first).load_verify_locations(get_cert_path(True), None, None)
    assert _context(first).load_verify_locations.cache_info().hits == 1
    assert _context(first).cert_store_stats()["x509_ca"] > 50


@pytest.mark.parametrize("other", [{"verify": False}, {"client_cert": "own.pem"}, {"verify": "company.pem"}])
def test_a_client_that_trusts_others_or_says_who_it_is_shares_nothing_with_them(other):
    assert _context(URLLib3Session(**other)) is not _context(URLLib3Session())


@pytest.mark.filterwarnings("ignore:Unverified HTTPS request")
def test_nobody_is_trusted_because_another_client_trusts_everybody(strange_server):
    address, certificate = strange_server
    for _ in range(2):
        with pytest.raises(SSLError):
            _ask(URLLib3Session(), address)
        assert _ask(URLLib3Session(verify=False), address) == b"hello"
        assert _ask(URLLib3Session(verify=certificate), address) == b"hello"


def test_a_name_that_is_not_in_the_certificate_is_refused(strange_server):
    address, certificate = strange_server
    with pytest.raises(SSLError, match=r"127\.0\.0\.1"):
        _ask(URLLib3Session(verify=certificate), address.replace("localhost", "127.0.0.1"))
