# What mends the alert paths of account 123456789012 in us-east-1, planned on
# what was read.
#
# By hand, as these resources exist and belong to another stack or module, or to none:
# 1. Let CloudWatch alarms publish to topic arn:aws:sns:us-east-1:123456789012:security-alerts, by one more statement of its policy.
#    place: arn:aws:sns:us-east-1:123456789012:security-alerts; its tag aws:cloudformation:stack-name names the stack, if there is one
#    policy: {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},"Action":"sns:Publish","Resource":"arn:aws:sns:us-east-1:123456789012:security-alerts"},{"Sid":"AllowCloudWatchAlarms","Effect":"Allow","Principal":{"Service":"cloudwatch.amazonaws.com"},"Action":"sns:Publish","Resource":"arn:aws:sns:us-east-1:123456789012:security-alerts","Condition":{"ArnLike":{"aws:SourceArn":"arn:aws:cloudwatch:us-east-1:123456789012:alarm:*"},"StringEquals":{"aws:SourceAccount":"123456789012"}}}]}
#    mends: topic security-alerts: its access policy does not let CloudWatch alarms publish (statement 1 does not apply: its Principal is {"AWS": "arn:aws:iam::123456789012:root"}): allow sns:Publish to cloudwatch.amazonaws.com
# cis-monitoring fix --format cli prints these as AWS CLI calls, and what is not there yet.
#
