"""Pages of an answer are read in order, and while the next one is on its way."""

import threading

import pytest

from prowler_cis_monitoring.services.path_service import _PageByPage


def number(record):
    return record.required("Number", lambda value: value, 0)


def test_a_page_is_read_while_the_next_one_is_on_its_way():
    has_come = threading.Event()

    def read(record):
        assert has_come.wait(30)
        return number(record)

    told = []
    reading = _PageByPage(read, told.append)
    reading.page({"Number": 1, "NextToken": "more"})
    reading.page({"Number": 2, "NextToken": "more"})
    assert told == []
    has_come.set()
    reading.page({"Number": 3})
    assert told == [1, 2, 3]
    assert reading.joined([], tuple)[0] == (1, 2, 3)
    reading.end()


def test_what_goes_wrong_with_a_page_is_told_when_the_answer_is_read():
    reading = _PageByPage(number, None)
    reading.page({"NextToken": "more"})
    reading.page({"Number": None, "NextToken": "more"})
    assert reading.joined([], list)[1].problem

    def refuse(record):
        raise RuntimeError("a defect")

    broken = _PageByPage(refuse, None)
    broken.page({"NextToken": "more"})
    with pytest.raises(RuntimeError, match="a defect"):
        broken.joined([], list)
    for one in (reading, broken):
        one.end()
