"""Which layers `sam local invoke` would mount for each function: asks SAM's own providers.

Usage: local-layers.py BUILT_TEMPLATE NAME=VALUE …. Prints a JSON object: LogicalId -> LogicalIds of layers whose folder exists.
"""

import json
import sys
from pathlib import Path

from samcli.lib.providers.sam_function_provider import SamFunctionProvider
from samcli.lib.providers.sam_stack_provider import SamLocalStackProvider

template, *parameters = sys.argv[1:]
stacks, _ = SamLocalStackProvider.get_stacks(template, parameter_overrides=dict(one.split("=") for one in parameters))
folder = Path(template).parent


def is_built(layer):
    return layer.codeuri is not None and (folder / layer.codeuri / "nodejs" / "node_modules").is_dir()


functions = SamFunctionProvider(stacks, use_raw_codeuri=True).get_all()
json.dump({one.name: [layer.name for layer in one.layers if is_built(layer)] for one in functions}, sys.stdout)
