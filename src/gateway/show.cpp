#include "gateway/show.hpp"

#include <utility>

#include "outputs/render.hpp"

namespace mcpssh::gateway {

std::string shown(const Outcome& outcome, std::string_view nonce) {
  const bool dialogue = !outcome.session.empty() || outcome.state == State::replied;
  const std::string label = dialogue ? "output" : "stdout";
  std::string text;
  for (const auto& [captured, name] :
       {std::pair(&outcome.earlier, std::string("earlier output")), std::pair(&outcome.out, label),
        std::pair(&outcome.err, std::string("stderr"))}) {
    const std::string framed = outputs::framed(*captured, name + " of " + outcome.host, nonce);
    if (!text.empty() && !framed.empty()) text += "\n";
    text += framed;
  }
  return text;
}

}  // namespace mcpssh::gateway
