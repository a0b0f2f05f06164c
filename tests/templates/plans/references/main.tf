# Every way in which a value known only after apply reaches another resource.
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

variable "region" { default = "eu-central-1" }
variable "emails" { default = ["a@example.com", "b@example.com"] }
variable "outside_topic" { type = string }

provider "aws" {
  region                      = var.region
  access_key                  = "testing"
  secret_key                  = "testing"
  skip_credentials_validation = true
  skip_requesting_account_id  = true
  skip_metadata_api_check     = true
}

resource "aws_cloudtrail" "this" {
  name                          = "audit"
  s3_bucket_name                = "audit-bucket"
  is_multi_region_trail         = true
  include_global_service_events = true
  cloud_watch_logs_group_arn    = "${aws_cloudwatch_log_group.trail.arn}:*"
  cloud_watch_logs_role_arn     = "arn:aws:iam::111122223333:role/delivery"
}

resource "aws_cloudwatch_log_group" "trail" { name = "audit/trail" }

locals {
  patterns = {
    root_usage  = "{ $.userIdentity.type = \"Root\" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != \"AwsServiceEvent\" }"
    kms_changes = "{ $.eventSource = kms.amazonaws.com && ($.eventName = DisableKey || $.eventName = ScheduleKeyDeletion) }"
  }
}

module "topic" {
  source = "./modules/topic"
  emails = var.emails
}

module "monitoring" {
  source    = "./modules/monitoring"
  log_group = aws_cloudwatch_log_group.trail.name
  topic     = module.topic.arn
  patterns  = local.patterns
}

# By count, and to a topic that is given from outside.
resource "aws_cloudwatch_log_metric_filter" "counted" {
  count          = 2
  name           = "counted-${count.index}"
  log_group_name = aws_cloudwatch_log_group.trail.id
  pattern        = count.index == 0 ? "{ $.eventName = ConsoleLogin && $.additionalEventData.MFAUsed != \"Yes\" }" : "{ $.eventName = Other }"
  metric_transformation {
    name      = "counted-${count.index}"
    namespace = "Counted"
    value     = "1"
  }
}

resource "aws_cloudwatch_metric_alarm" "counted" {
  count               = 2
  alarm_name          = "counted-${count.index}"
  metric_name         = aws_cloudwatch_log_metric_filter.counted[count.index].metric_transformation[0].name
  namespace           = aws_cloudwatch_log_metric_filter.counted[count.index].metric_transformation[0].namespace
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  threshold           = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.outside_topic]
}

# What only `locals` carry is not in a plan.
locals { topic = module.topic.arn }

resource "aws_cloudwatch_metric_alarm" "local" {
  alarm_name          = "local"
  metric_name         = aws_cloudwatch_log_metric_filter.counted[0].id
  namespace           = "Counted"
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  threshold           = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  alarm_actions       = [local.topic]
}

resource "aws_cloudwatch_event_rule" "vpc" {
  name          = "vpc"
  event_pattern = jsonencode({ source = ["aws.ec2"], detail-type = ["AWS API Call via CloudTrail"], detail = { eventSource = ["ec2.amazonaws.com"] } })
}

resource "aws_cloudwatch_event_target" "vpc" {
  rule = aws_cloudwatch_event_rule.vpc.name
  arn  = module.topic.arn
}
