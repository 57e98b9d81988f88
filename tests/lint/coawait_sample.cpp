// Not built: what the co_await rules must find. `./dev lint` counts the matches here before it trusts a clean
// result.
#include <functional>
#include <memory>
#include <string>

#include "base/task.hpp"

using mcpssh::base::Task;

struct Options {
  std::string directory;
  int limit = 0;
};
struct Result {
  std::string host;
  std::string text;
};

Task<std::string> ask(Options options);
Task<void> call(std::function<void()> work);

Task<void> faults(std::shared_ptr<int> owner) {
  co_await ask(Options{.directory = "/", .limit = 1});   // found: an aggregate made in place
  co_await ask({"/", 1});                                // found: the same without its name
  co_await call([owner] { *owner = 1; });                // found: a lambda that owns something
  const Result result{"web1", co_await ask(Options())};  // found: co_await among a brace's members
  Options named{"/", 1};
  co_await ask(std::move(named));  // right
}
