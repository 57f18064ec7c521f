#!/usr/bin/env python3
"""Say which locked packages have known weaknesses: `.ci/audit.py COMMAND ...` runs pip-audit with output as JSON.

A weakness ends with 1. Where pip-audit cannot reach its data, nothing is known, and that is no failure.
"""

import json
import subprocess
import sys

_SECONDS = 300


def main() -> int:
    try:
        done = subprocess.run(sys.argv[1:], capture_output=True, text=True, check=False, timeout=_SECONDS)
        packages = json.loads(done.stdout)["dependencies"]
    except (subprocess.TimeoutExpired, ValueError, KeyError):
        print("The list of known weaknesses cannot be reached: nothing was checked.")
        return 0

    unknown = [package["name"] for package in packages if "skip_reason" in package]
    weak = [(package, found) for package in packages for found in package.get("vulns", [])]
    for package, found in weak:
        fixed = ", ".join(found["fix_versions"]) or "no version"
        print(f"{package['name']} {package['version']}: {found['id']}, fixed in {fixed}")
    print(
        f"{len(packages) - len(unknown)} of {len(packages)} packages were checked, {len(weak)} weaknesses found."
    )
    return int(bool(weak))


if __name__ == "__main__":
    sys.exit(main())
