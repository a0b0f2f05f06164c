"""As much of CloudFormation as our templates need, on boto3: it resolves references, keeps the order, and creates."""

from __future__ import annotations

import json

import yaml


class Deployer:
    """Creates the resources of a template with the clients of a session."""

    def __init__(self, session, region="us-east-1"):
        self.session, self.region = session, region
        self.names, self.arns = {}, {}

    def deploy(self, template):
        resources = (yaml.safe_load(template) or {"Resources": {}})["Resources"]
        waiting = dict(resources)
        while waiting:
            ready = [name for name, one in waiting.items() if not _needs(one) & waiting.keys()]
            assert ready, f"these wait for each other: {sorted(waiting)}"
            for name in ready:
                one = waiting.pop(name)
                create = getattr(self, "_create_" + one["Type"].replace("AWS::", "").replace("::", "_").lower())
                create(name, self._resolved(one["Properties"]))
        return resources

    def _resolved(self, value):
        if isinstance(value, dict):
            if set(value) == {"Ref"}:
                return self.names[value["Ref"]]
            if set(value) == {"Fn::GetAtt"}:
                assert value["Fn::GetAtt"][1] == "Arn"
                return self.arns[value["Fn::GetAtt"][0]]
            return {key: self._resolved(inner) for key, inner in value.items()}
        return [self._resolved(inner) for inner in value] if isinstance(value, list) else value

    def _client(self, service):
        return self.session.client(service, region_name=self.region)

    def _create_logs_loggroup(self, name, properties):
        self._client("logs").create_log_group(logGroupName=properties["LogGroupName"])

    def _create_logs_metricfilter(self, name, properties):
        transformations = [
            {key[0].lower() + key[1:]: value for key, value in one.items()}
            for one in properties["MetricTransformations"]
        ]
        self._client("logs").put_metric_filter(
            logGroupName=properties["LogGroupName"],
            filterName=properties["FilterName"],
            filterPattern=properties["FilterPattern"],
            metricTransformations=transformations,
        )

    def _create_cloudwatch_alarm(self, name, properties):
        self._client("cloudwatch").put_metric_alarm(**properties)

    def _create_sns_topic(self, name, properties):
        answer = self._client("sns").create_topic(Name=properties["TopicName"], Tags=properties["Tags"])
        self.names[name] = answer["TopicArn"]

    def _create_sns_subscription(self, name, properties):
        self._client("sns").subscribe(**properties)

    def _create_iam_role(self, name, properties):
        iam = self._client("iam")
        answer = iam.create_role(
            RoleName=properties["RoleName"],
            AssumeRolePolicyDocument=json.dumps(properties["AssumeRolePolicyDocument"]),
            Tags=properties["Tags"],
        )
        self.arns[name] = answer["Role"]["Arn"]
        for policy in properties["Policies"]:
            iam.put_role_policy(
                RoleName=properties["RoleName"],
                PolicyName=policy["PolicyName"],
                PolicyDocument=json.dumps(policy["PolicyDocument"]),
            )

    def _create_s3_bucket(self, name, properties):
        self._client("s3").create_bucket(Bucket=properties["BucketName"])
        self.names[name] = properties["BucketName"]

    def _create_s3_bucketpolicy(self, name, properties):
        policy = json.dumps(properties["PolicyDocument"])
        self._client("s3").put_bucket_policy(Bucket=properties["Bucket"], Policy=policy)

    def _create_cloudtrail_trail(self, name, properties):
        trail = self._client("cloudtrail")
        given = {key: value for key, value in properties.items() if key not in ("TrailName", "IsLogging")}
        trail.create_trail(Name=properties["TrailName"], **given)
        if properties["IsLogging"]:
            trail.start_logging(Name=properties["TrailName"])


def _needs(resource):
    """The logical names that a resource waits for."""
    found = set(resource.get("DependsOn", ()))

    def look(value):
        if isinstance(value, dict):
            if "Ref" in value:
                found.add(value["Ref"])
            if "Fn::GetAtt" in value:
                found.add(value["Fn::GetAtt"][0])
            for inner in value.values():
                look(inner)
        elif isinstance(value, list):
            for inner in value:
                look(inner)

    look(resource["Properties"])
    return found
