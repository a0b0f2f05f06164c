"""Why accounts are missing is told once, and never behind a list of thousands."""

from prowler_cis_monitoring.scan.problems import by_problem, named

ROLE = "arn:aws:iam::{}:role/Auditor cannot be assumed"


def test_what_differs_in_nothing_but_the_account_is_told_once_and_names_any():
    accounts = ("111111111111", "222222222222")
    assert by_problem({account: ROLE.format(account) for account in accounts}) == {
        ROLE.format("<account>"): list(accounts)
    }


def test_of_a_single_account_its_own_id_is_told():
    assert by_problem({"111111111111": ROLE.format("111111111111")}) == {ROLE.format("111111111111"): ["111111111111"]}


def test_of_thousands_the_first_are_named_so_that_the_reason_is_seen():
    assert named([f"{place:012}" for place in range(5000)]).endswith("000000000019 and 4,980 more")
