#!/usr/bin/env python3
"""Describes mcp-ssh to others: `describe.py manifest PROGRAM VERSION` is the manifest.json of an MCP bundle,
`describe.py registry BUNDLE VERSION` the server.json of the MCP registry. Both go to stdout.

MCPSSH_REPOSITORY=owner/name says on whose GitHub the releases are; without it the registry's entry is about an example.
"""

import hashlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile

DESCRIPTION = "SSH access to servers and network devices: commands are judged, approved and recorded"


def tools(program):
    """What the program itself says it can be asked for: [(name, first sentence)]."""
    asked = [
        {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
            "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "packaging", "version": "1"}}},
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        {"jsonrpc": "2.0", "id": 2, "method": "tools/list"},
    ]
    with tempfile.TemporaryDirectory() as home:
        config = pathlib.Path(home, "hosts.yaml")
        config.write_text("hosts: {}\n")
        # Only HOME: what the packager's own environment says about mcp-ssh must not be in a package.
        done = subprocess.run([program, "--config", str(config)], env={"HOME": home}, text=True, timeout=60, check=True,
                              input="".join(json.dumps(line) + "\n" for line in asked), stdout=subprocess.PIPE)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    listed = next(answer for answer in answers if answer.get("id") == 2)["result"]["tools"]
    return [(tool["name"], tool["description"].split(". ")[0].rstrip(".")) for tool in listed]


def manifest(program, version):
    return {
        "manifest_version": "0.3",
        "name": "mcp-ssh",
        "display_name": "mcp-ssh",
        "version": version,
        "description": DESCRIPTION,
        "author": {"name": "mcp-ssh contributors"},
        "license": "MIT",
        "keywords": ["ssh", "servers", "network"],
        "server": {
            "type": "binary",
            "entry_point": "server/bin/mcp-ssh",
            "mcp_config": {
                "command": "${__dirname}/server/bin/mcp-ssh",
                "args": ["--config", "${user_config.hosts}"],
            },
        },
        "tools": [{"name": name, "description": says} for name, says in tools(program)],
        "prompts_generated": True,
        "compatibility": {"platforms": ["linux"]},
        "user_config": {
            "hosts": {
                "type": "file",
                "title": "hosts.yaml",
                "description": "Names the hosts and how to log in; the bundle has hosts.example.yaml",
                "default": "${HOME}/.config/mcp-ssh/hosts.yaml",
                "required": True,
            },
        },
    }


def registry(bundle, version):
    repository = os.environ.get("MCPSSH_REPOSITORY", "example/mcp-ssh")
    owner, name = repository.split("/")
    path = pathlib.Path(bundle)
    return {
        "$schema": "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json",
        "name": f"io.github.{owner}/{name}",
        "title": "mcp-ssh",
        "description": DESCRIPTION,
        "version": version,
        "repository": {"url": f"https://github.com/{repository}", "source": "github"},
        "packages": [{
            "registryType": "mcpb",
            "identifier": f"https://github.com/{repository}/releases/download/v{version}/{path.name}",
            "version": version,
            "fileSha256": hashlib.sha256(path.read_bytes()).hexdigest(),
            "transport": {"type": "stdio"},
        }],
    }


if __name__ == "__main__":
    what, subject, version = sys.argv[1:]
    json.dump({"manifest": manifest, "registry": registry}[what](subject, version), sys.stdout, indent=2)
    print()
