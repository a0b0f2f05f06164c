# What mends the alert paths of account 123456789012 in us-east-1, planned on
# what was read.
#
# By hand, as these resources exist and belong to another stack or module, or to none:
# 1. Enable the actions of alarm root-usage.
#    place: arn:aws:cloudwatch:us-east-1:123456789012:alarm:root-usage; its tag aws:cloudformation:stack-name names the stack, if there is one
#    mends: alarm root-usage: its actions are disabled (ActionsEnabled is false), so security-alerts is never told
# cis-monitoring fix --format cli prints these as AWS CLI calls, and what is not there yet.
#
