"""Puts a template through SAM's own transform and checks what CloudFormation would then get.

Takes the file as its one argument; what a nested template has from its parent is any text. Prints a JSON object: what was checked -> the
problem, or "" if there is none.
"""

import json
import re
import sys
from graphlib import CycleError, TopologicalSorter

import boto3
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse

SOURCE = open(sys.argv[1], encoding="utf-8").read()


def transform(parameters=None, code="code", layer="layer", edit=None):
    """The template as CloudFormation would get it, its code and layer uploaded under these names."""
    template = yaml_parse(SOURCE)
    for resource in template["Resources"].values():
        properties = resource.get("Properties", {})
        for name, key in (("CodeUri", code), ("ContentUri", layer)):
            if name in properties:
                properties[name] = f"s3://artifacts/{key}"
        if isinstance(properties.get("Location"), str):
            properties["Location"] = "https://s3.amazonaws.com/artifacts/template"
    if edit:
        edit(template)
    values = {name: one.get("Default", *one.get("AllowedValues", ["any"])[:1]) for name, one in template["Parameters"].items()}
    parameters = {name: value for name, value in (parameters or {}).items() if name in values}
    session = boto3.Session(region_name="us-east-1")
    return Translator({}, Parser(), boto_session=session).translate(template, values | parameters)


def of_type(transformed, kind):
    return {name: one for name, one in transformed["Resources"].items() if one["Type"] == kind}


def references(value, names):
    """The LogicalIds that a value mentions by Ref, GetAtt or Sub."""
    if isinstance(value, list):
        return {name for one in value for name in references(one, names)}
    if not isinstance(value, dict):
        return set()
    found = references([one for key, one in value.items() if key not in ("Ref", "Fn::GetAtt")], names)
    found |= {value.get("Ref")}
    if "Fn::GetAtt" in value:
        target = value["Fn::GetAtt"]
        found |= {target[0] if isinstance(target, list) else target.split(".")[0]}
    if "Fn::Sub" in value:
        text = value["Fn::Sub"] if isinstance(value["Fn::Sub"], str) else value["Fn::Sub"][0]
        found |= set(re.findall(r"\$\{(\w+)", text))
    return found & names


def waits(transformed):
    """What each resource waits for, directly."""
    resources = transformed["Resources"]
    names = set(resources)
    graph = {}
    for name, one in resources.items():
        depends = one.get("DependsOn", [])
        # An alias waits for what moves it as for everything else that it mentions.
        mentioned = references([one.get("Properties", {}), one.get("UpdatePolicy", {})], names)
        graph[name] = mentioned | set([depends] if isinstance(depends, str) else depends)
    return graph


def circle(transformed):
    try:
        TopologicalSorter(waits(transformed)).prepare()
        return ""
    except CycleError as error:
        return "CloudFormation would refuse this circle: " + " -> ".join(error.args[1])


def before(transformed, name):
    """All that is made or brought up to date before a resource is."""
    graph, found, next_ones = waits(transformed), set(), {name}
    while next_ones:
        found |= next_ones
        next_ones = set().union(*(graph[one] for one in next_ones)) - found
    return found - {name}


def late(transformed):
    """What a gradual release needs as this very template has it, and CloudFormation might bring up to date after it has begun."""
    resources = transformed["Resources"]
    found = []
    moved = {name: one for name, one in of_type(transformed, "AWS::Lambda::Alias").items() if "UpdatePolicy" in one}
    for alias, one in moved.items():
        update = one["UpdatePolicy"]["CodeDeployLambdaAliasUpdate"]
        group = resources[update["DeploymentGroupName"]["Ref"]]["Properties"]
        alarms = references(group["AlarmConfiguration"], set(resources))
        hooks = {update[name]["Ref"] for name in ("BeforeAllowTrafficHook", "AfterAllowTrafficHook") if name in update}
        callers = hooks | {one["Properties"]["FunctionName"]["Ref"]}
        roles = references([group["ServiceRoleArn"], *(resources[name]["Properties"]["Role"] for name in callers)], set(resources))
        found += [f"{alias} does not wait for {name}" for name in sorted((hooks | roles | alarms) - before(transformed, alias))]
        if len(alarms) < len(group["AlarmConfiguration"]["Alarms"]):
            found += [f"{alias} heeds alarms that it does not wait for"]
        version = one["Properties"]["FunctionVersion"]["Fn::GetAtt"][0]
        if not any(version in before(transformed, alarm) for alarm in alarms):
            found += [f"no alarm of {alias} watches {version}"]
    return "; ".join(found) if moved else "there is no gradual release"


def versions(transformed):
    """Which version each function publishes."""
    return {one["Properties"]["FunctionName"]["Ref"]: name for name, one in of_type(transformed, "AWS::Lambda::Version").items()}


def publishes(expected, changed):
    was = transform()
    old, after = versions(was), versions(changed)
    new = sorted(name for name, version in after.items() if version != old[name])
    if new != sorted(expected):
        return f"new versions of {new}, expected of {sorted(expected)}"
    # Lambda publishes nothing of a function that is as it was, and CloudFormation then fails: "A version for this Lambda function exists".
    same = [name for name in new if changed["Resources"][name]["Properties"] == was["Resources"][name]["Properties"]]
    return f"new versions of {same}, which are as they were" if same else ""


def with_layer(transformed):
    return [name for name, one in of_type(transformed, "AWS::Lambda::Function").items() if "Layers" in one["Properties"]]


def longer_timeout(template):
    template["Resources"][RELEASED]["Properties"]["Timeout"] = 17


def roles_and_policies(transformed):
    written = {name for name in yaml_parse(SOURCE)["Resources"]}
    roles = set(of_type(transformed, "AWS::IAM::Role")) - written
    managed = [name for name, one in of_type(transformed, "AWS::IAM::Role").items() if one["Properties"].get("ManagedPolicyArns")]
    return f"SAM added roles {sorted(roles)}, managed policies in {managed}" if roles or managed else ""


def released_by_others(transformed):
    """The deployment groups that CodeDeploy would not move by the template's own role."""
    own = {"Fn::GetAtt": ["ReleaseRole", "Arn"]}
    groups = of_type(transformed, "AWS::CodeDeploy::DeploymentGroup")
    others = [name for name, one in groups.items() if one["Properties"]["ServiceRoleArn"] != own]
    return f"other roles than ReleaseRole in {others}" if others else "" if groups else "there is no deployment group"


def uncallable_hooks(transformed):
    """The functions whose name does not begin as CodeDeploy's own roles ask of hooks, though an update policy names them."""
    hooks = set()
    for one in of_type(transformed, "AWS::Lambda::Alias").values():
        update = one.get("UpdatePolicy", {}).get("CodeDeployLambdaAliasUpdate", {})
        hooks |= {update[name]["Ref"] for name in ("BeforeAllowTrafficHook", "AfterAllowTrafficHook") if name in update}
    names = {name: json.dumps(transformed["Resources"][name]["Properties"].get("FunctionName", "")) for name in hooks}
    unfit = sorted(name for name, written in names.items() if not written.startswith('{"Fn::Sub": "CodeDeployHook_'))
    return f"no CodeDeployHook_ in the names of {unfit}" if unfit else "" if hooks else "no update policy names a hook"


def unnamed_sources(transformed):
    open_to_all = [
        name
        for name, one in of_type(transformed, "AWS::Lambda::Permission").items()
        if "SourceArn" not in one["Properties"]
    ]
    return f"no SourceArn in {open_to_all}" if open_to_all else ""


base = transform()
every = [
    transform({"Stage": stage, "Architecture": architecture, "ReservedConcurrency": reserved})
    for stage in ("local", "dev", "prod")
    for architecture in ("arm64", "x86_64")
    for reserved in ("0", "5")
]
functions = list(of_type(base, "AWS::Lambda::Function"))
# One whose releases are gradual, to change something of.
RELEASED = next(one["Properties"]["FunctionName"]["Ref"] for one in of_type(base, "AWS::Lambda::Alias").values() if "UpdatePolicy" in one)
json.dump(
    {
        "no resources depend on each other in a circle": next(filter(None, map(circle, every)), ""),
        "SAM adds no role and no managed policy of its own": roles_and_policies(base),
        "CodeDeploy moves every alias by the template's own role": released_by_others(base),
        "every hook of a release has a name that CodeDeploy may call": uncallable_hooks(base),
        "every Lambda permission names its source": unnamed_sources(base),
        "new code publishes a new version of every function": publishes(functions, transform(code="other")),
        "a new layer publishes new versions of the functions that use it": publishes(with_layer(base), transform(layer="other")),
        "a new ReleaseId publishes a new version of every function": publishes(functions, transform({"ReleaseId": "0a1b2c"})),
        "a new setting publishes a new version of its function": publishes(
            [RELEASED], transform(edit=longer_timeout)
        ),
        "nothing new publishes nothing": publishes([], transform()),
        "a release begins after its alarms, its hooks and every role are as this template has them": next(
            filter(None, map(late, every)), ""
        ),
    },
    sys.stdout,
)
