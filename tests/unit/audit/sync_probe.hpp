#pragma once

namespace mcpssh::audit::test {

/// This program's own fdatasync: counts the calls, and fails with EIO while told to.
struct SyncProbe {
  static int calls();
  static void fail(bool on);
};

}  // namespace mcpssh::audit::test
