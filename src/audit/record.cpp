#include "audit/record.hpp"

namespace mcpssh::audit {

std::string_view to_string(Kind kind) {
  switch (kind) {
    case Kind::begin:
      return "begin";
    case Kind::end:
      return "end";
    case Kind::refused:
      return "refused";
    case Kind::connect:
      return "connect";
    case Kind::disconnect:
      return "disconnect";
    case Kind::approval:
      return "approval";
    case Kind::security:
      return "security";
    case Kind::config:
      return "config";
    case Kind::orphaned:
      return "orphaned";
    case Kind::start:
      return "start";
  }
  return "security";
}

}  // namespace mcpssh::audit
