// The owner of the tests' precompiled headers (tests/CMakeLists.txt). It is never linked nor run.
int main() {}
