# What mends the alert paths of account 123456789012 in us-east-1, planned on
# what was read.
#
# Afterwards:
# - Confirm the subscription of security@example.com to topic arn:aws:sns:us-east-1:123456789012:security-alerts by the link in the e-mail that it gets.
#

# Subscribe security@example.com to topic arn:aws:sns:us-east-1:123456789012:security-alerts.
# mends: topic security-alerts: it has no subscription, so nobody is told
resource "aws_sns_topic_subscription" "alerts" {
  topic_arn = "arn:aws:sns:us-east-1:123456789012:security-alerts"
  protocol  = "email"
  endpoint  = "security@example.com"
}
