"""The server of the benchmarks holds one account, and answers for thousands that are like it."""

import io

from tests.benchmarks.server import _LikeAws

FIRST, OTHER = "200000000000", "200000000001"
ROLE = "Action=AssumeRole&RoleArn=arn%3Aaws%3Aiam%3A%3A{}%3Arole%2FAuditor"
GIVEN = "ASIAGIVENFORTHEFIRST"


def moto(environ, start_response):
    """Answers as one who knows the first account alone."""
    body = environ["wsgi.input"].read().decode()
    assert OTHER not in body
    start_response("200 OK", [])
    if "AssumeRole" in body:
        return [f"<AccessKeyId>{GIVEN}</AccessKeyId>".encode()]
    assert GIVEN in environ["HTTP_AUTHORIZATION"]
    return [f"<Arn>arn:aws:sns:us-east-1:{FIRST}:topic</Arn>".encode()]


def ask(server, key, body, service):
    environ = {
        "PATH_INFO": "/",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body.encode()),
        "HTTP_AUTHORIZATION": f"AWS4-HMAC-SHA256 Credential={key}/20260101/us-east-1/{service}/aws4_request, Signed",
    }
    return b"".join(server(environ, lambda *_: None)).decode()


def test_an_account_whose_role_is_assumed_answers_with_its_own_id():
    server = _LikeAws(moto, 0, FIRST)
    for account in (FIRST, OTHER, FIRST):
        key = ask(server, "testing", ROLE.format(account), "sts").removeprefix("<AccessKeyId>")[: len(GIVEN)]
        assert account in key
        body = f"Action=ListTopics&Owner={account}"
        assert ask(server, key, body, "sns") == f"<Arn>arn:aws:sns:us-east-1:{account}:topic</Arn>"
