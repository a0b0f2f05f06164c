terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}
provider "aws" {
  region                      = "us-east-1"
  access_key                  = "testing"
  secret_key                  = "testing"
  skip_credentials_validation = true
  skip_requesting_account_id  = true
  skip_metadata_api_check     = true
}
provider "aws" {
  alias                       = "ireland"
  region                      = "eu-west-1"
  access_key                  = "testing"
  secret_key                  = "testing"
  skip_credentials_validation = true
  skip_requesting_account_id  = true
  skip_metadata_api_check     = true
}
resource "aws_cloudwatch_log_group" "trail" { name = "trail" }
resource "aws_cloudwatch_log_metric_filter" "root" {
  name           = "root"
  log_group_name = aws_cloudwatch_log_group.trail.name
  pattern        = "{ $.userIdentity.type = \"Root\" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != \"AwsServiceEvent\" }"
  metric_transformation {
    name          = "root"
    namespace     = "Alerts"
    value         = "1"
    default_value = "0"
  }
}
resource "aws_sns_topic" "alerts" { name = "alerts" }
resource "aws_sns_topic" "ireland" {
  provider = aws.ireland
  name     = "alerts"
}
resource "aws_sns_topic_policy" "alerts" {
  arn = aws_sns_topic.alerts.arn
  policy = jsonencode({ Statement = [{ Effect = "Allow", Principal = { Service = "cloudwatch.amazonaws.com" }, Action = "sns:Publish", Resource = aws_sns_topic.alerts.arn }] })
}
resource "aws_sns_topic_subscription" "alerts" {
  topic_arn = aws_sns_topic.alerts.arn
  protocol  = "email"
  endpoint  = "a@example.com"
}
resource "aws_cloudwatch_metric_alarm" "math" {
  alarm_name          = "math"
  comparison_operator = "GreaterThanOrEqualToThreshold"
  evaluation_periods  = 1
  threshold           = 1
  treat_missing_data  = "notBreaching"
  metric_query {
    id          = "e1"
    expression  = "FILL(m1, 0)"
    return_data = true
  }
  metric_query {
    id = "m1"
    metric {
      metric_name = aws_cloudwatch_log_metric_filter.root.metric_transformation[0].name
      namespace   = "Alerts"
      period      = 300
      stat        = "Sum"
    }
  }
}
resource "aws_cloudwatch_composite_alarm" "any" {
  alarm_name    = "any"
  alarm_rule    = "ALARM(${aws_cloudwatch_metric_alarm.math.alarm_name})"
  alarm_actions = [aws_sns_topic.alerts.arn, aws_sns_topic.ireland.arn]
  actions_suppressor {
    alarm            = "maintenance"
    wait_period      = 10
    extension_period = 20
  }
}
