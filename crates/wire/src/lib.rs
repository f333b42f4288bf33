//! Every public JSON shape, the lenient parsing, the problem document, the OpenAPI text.
