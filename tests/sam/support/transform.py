"""Puts templates through SAM's own transform, as CloudFormation would.

Takes a JSON list of {"file", "parameters"} as its one argument, and prints the list of what CloudFormation would then get.
"""

import json
import logging
import sys

import boto3
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse

# It warns of metrics that nobody gathers here.
logging.disable(logging.CRITICAL)
SESSION = boto3.Session(region_name="us-east-1")
# Policies are named by ARN, or by these names; the real loader would ask IAM.
MANAGED_POLICIES = {"AmazonSQSFullAccess": "arn:aws:iam::aws:policy/AmazonSQSFullAccess"}


def transform(file, parameters):
    with open(file, encoding="utf-8") as text:
        template = yaml_parse(text)
    # By then the code has been uploaded; where from is not compared.
    written = [one.get("Properties", {}) for one in template["Resources"].values()]
    for properties in [template.get("Globals", {}).get("Function", {}), *written]:
        for name in ("CodeUri", "ContentUri"):
            if name in properties:
                properties[name] = "s3://artifacts/code"
        # A nested template too.
        if isinstance(properties.get("Location"), str):
            properties["Location"] = "https://s3.amazonaws.com/artifacts/template"
    return Translator(MANAGED_POLICIES, Parser(), boto_session=SESSION).translate(template, parameters)


json.dump([transform(**one) for one in json.loads(sys.argv[1])], sys.stdout)
