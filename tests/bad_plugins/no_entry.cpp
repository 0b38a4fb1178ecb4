// A shared library like any other: no xray_plugin in it.
extern "C" __attribute__((visibility("default"))) int somethingElse() {
  return 1;
}
