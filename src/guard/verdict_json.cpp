#include "guard/verdict_json.hpp"

#include <utility>

namespace mcpssh::guard {

base::json::array to_json(const std::vector<Finding>& findings) {
  base::json::array out;
  for (const Finding& found : findings) {
    base::json::object one;
    one["rule"] = found.rule;
    one["decision"] = to_string(found.decision);
    one["effect"] = to_string(found.effect);
    one["reason"] = found.reason;
    one["span"] = base::json::array{found.span.begin, found.span.end};
    out.push_back(std::move(one));
  }
  return out;
}

}  // namespace mcpssh::guard
