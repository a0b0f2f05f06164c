# What mends the alert paths of account 123456789012 in us-east-1, planned on
# what was read.
#
# By hand, as these resources exist and belong to another stack or module, or to none:
# 1. Let trail org-trail deliver to log group cis-monitoring-cloudtrail with role cis-monitoring-cloudtrail-to-logs.
#    place: arn:aws:cloudtrail:us-east-1:123456789012:trail/org-trail; its tag aws:cloudformation:stack-name names the stack, if there is one
#    mends: trail org-trail: it delivers to no log group
# cis-monitoring fix --format cli prints these as AWS CLI calls, and what is not there yet.
#
# Afterwards:
# - Confirm the subscription of security@example.com to topic arn:aws:sns:us-east-1:123456789012:cis-monitoring by the link in the e-mail that it gets.
#

# Create log group cis-monitoring-cloudtrail.
# mends: trail org-trail: it delivers to no log group
resource "aws_cloudwatch_log_group" "cloudtrail" {
  name = "cis-monitoring-cloudtrail"
}

# Let trail org-trail deliver to log group cis-monitoring-cloudtrail with role cis-monitoring-cloudtrail-to-logs.
# mends: trail org-trail: it delivers to no log group
resource "aws_iam_role" "trail" {
  name               = "cis-monitoring-cloudtrail-to-logs"
  assume_role_policy = "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Principal\": {\"Service\": \"cloudtrail.amazonaws.com\"}, \"Action\": \"sts:AssumeRole\"}]}"
  tags               = { CreatedBy = "cis-monitoring" }
}

resource "aws_iam_role_policy" "trail" {
  name   = "cis-monitoring-cloudtrail-to-logs"
  role   = aws_iam_role.trail.id
  policy = "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Action\": [\"logs:CreateLogStream\", \"logs:PutLogEvents\"], \"Resource\": \"arn:aws:logs:us-east-1:123456789012:log-group:cis-monitoring-cloudtrail:log-stream:*\"}]}"
}

# Create metric filter cis-monitoring-root-usage on log group cis-monitoring-cloudtrail, which publishes CISMonitoring/RootUsage.
# mends: log group cis-monitoring-cloudtrail: it has no metric filter
resource "aws_cloudwatch_log_metric_filter" "root_usage" {
  name           = "cis-monitoring-root-usage"
  log_group_name = "cis-monitoring-cloudtrail"
  pattern        = "{ $.userIdentity.type = \"Root\" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != \"AwsServiceEvent\" }"

  metric_transformation {
    namespace = "CISMonitoring"
    name      = "RootUsage"
    value     = "1"
  }

  depends_on = [aws_cloudwatch_log_group.cloudtrail]
}

# Create topic cis-monitoring.
# mends: log group cis-monitoring-cloudtrail: it has no metric filter
resource "aws_sns_topic" "alerts" {
  name = "cis-monitoring"
  tags = { CreatedBy = "cis-monitoring" }
}

# Subscribe security@example.com to topic arn:aws:sns:us-east-1:123456789012:cis-monitoring.
# mends: log group cis-monitoring-cloudtrail: it has no metric filter
resource "aws_sns_topic_subscription" "alerts" {
  topic_arn = aws_sns_topic.alerts.arn
  protocol  = "email"
  endpoint  = "security@example.com"
}

# Create alarm cis-monitoring-root-usage on metric CISMonitoring/RootUsage, which tells topic arn:aws:sns:us-east-1:123456789012:cis-monitoring.
# mends: log group cis-monitoring-cloudtrail: it has no metric filter
resource "aws_cloudwatch_metric_alarm" "root_usage" {
  alarm_name          = "cis-monitoring-root-usage"
  alarm_description   = "Rings when somebody uses the root user (cloudwatch_alerting_root_usage)."
  namespace           = "CISMonitoring"
  metric_name         = "RootUsage"
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  threshold           = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alerts.arn]
}
