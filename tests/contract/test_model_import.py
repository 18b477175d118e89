"""What importing the model does, seen from a fresh interpreter."""

import subprocess
import sys
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src"


def said(code: str, *options: str) -> str:
    program = f"import sys; sys.path.insert(0, {str(SOURCE)!r}); {code}"
    return subprocess.run([sys.executable, *options, "-c", program], capture_output=True, text=True, check=True).stdout


def test_importing_a_class_seals_the_model() -> None:
    code = "from cenote.model.classes.VBD import VBD; print(VBD.plug.wire_name, VBD.VM.shape.name)"
    assert said(code) == "VBD.plug VM ref\n"


def test_importing_one_error_or_the_references_alone_is_enough() -> None:
    assert said("from cenote.model.errors.vm import VmIsTemplate; print(VmIsTemplate.code)") == "VM_IS_TEMPLATE\n"
    assert said("from cenote.model.refs import VMRef; print(VMRef)") == "Ref[VM]\n"


def test_the_standard_library_is_enough() -> None:
    code = "import cenote.model.sealed; print({name.split('.')[0] for name in sys.modules} - sys.stdlib_module_names)"
    assert eval(said(code, "-I", "-S")) <= {"cenote", "__main__"}
