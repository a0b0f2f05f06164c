import pytest
from moto import mock_aws

from tests.fix.aws_command import AwsCommand


@pytest.fixture
def aws_command(tmp_path):
    """An empty account, and the AWS CLI that asks it."""
    with mock_aws():
        command = AwsCommand(tmp_path)
        yield command
        command.close()
