"""ONNX's own tests of its operators, run through GraphScope."""
