#include "hosts/edit/yaml_spots.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <sstream>
#include <utility>

#include "base/error.hpp"
#include "base/faults.hpp"
#include "base/text.hpp"

namespace mcpssh::hosts {
namespace {

class SpotBuilder final : public YAML::EventHandler {
 public:
  [[nodiscard]] YamlSpot take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark& /*mark*/) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t /*anchor*/) override {
    finish(spot(YamlSpot::Kind::null, mark), {});
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t /*anchor*/) override {
    finish(spot(YamlSpot::Kind::alias, mark), {});
  }
  void OnScalar(const YAML::Mark& mark, const std::string& /*tag*/, YAML::anchor_t /*anchor*/,
                const std::string& value) override {
    finish(spot(YamlSpot::Kind::scalar, mark), value);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& /*tag*/, YAML::anchor_t /*anchor*/,
                       YAML::EmitterStyle::value style) override {
    open(YamlSpot::Kind::sequence, mark, style);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& /*tag*/, YAML::anchor_t /*anchor*/,
                  YAML::EmitterStyle::value style) override {
    open(YamlSpot::Kind::mapping, mark, style);
  }
  void OnMapEnd() override { close(); }

 private:
  struct Open {
    YamlSpot spot;
    bool has_key = false;
    std::string key{};
    std::size_t key_begin = YamlSpot::nowhere;
  };

  static YamlSpot spot(YamlSpot::Kind kind, const YAML::Mark& mark) {
    YamlSpot made;
    made.kind = kind;
    if (!mark.is_null()) made.begin = static_cast<std::size_t>(mark.pos);
    return made;
  }

  void open(YamlSpot::Kind kind, const YAML::Mark& mark, YAML::EmitterStyle::value style) {
    Open next;
    next.spot = spot(kind, mark);
    next.spot.flow = style == YAML::EmitterStyle::Flow;
    open_.push_back(std::move(next));
  }

  void close() {
    YamlSpot done = std::move(open_.back().spot);
    open_.pop_back();
    finish(std::move(done), {});
  }

  void finish(YamlSpot done, const std::string& text) {
    if (open_.empty()) {
      root_ = std::move(done);
      return;
    }
    Open& parent = open_.back();
    if (parent.spot.kind == YamlSpot::Kind::mapping) {
      if (!parent.has_key) {
        parent.has_key = true;
        parent.key = text;
        parent.key_begin = done.begin;
        return;
      }
      parent.has_key = false;
      done.key = std::exchange(parent.key, {});
      done.key_begin = parent.key_begin;
    }
    parent.spot.items.push_back(std::move(done));
  }

  YamlSpot root_;
  std::vector<Open> open_;
};

}  // namespace

const YamlSpot* YamlSpot::find(std::string_view name) const {
  if (kind != Kind::mapping || name.empty()) return nullptr;
  const auto found = std::ranges::find(items, name, &YamlSpot::key);
  return found == items.end() ? nullptr : &*found;
}

YamlSpot locate_yaml(std::string_view text, const std::string& file) {
  try {
    std::istringstream stream(std::string(text) + "\n...\n");  // as read_yaml does
    YAML::Parser parser(stream);
    SpotBuilder builder;
    parser.HandleNextDocument(builder);
    return builder.take();
  } catch (const YAML::Exception& error) {
    throw base::Error(base::Fault::config_yaml, file + ": not valid YAML: " + base::printable(error.msg));
  }
}

}  // namespace mcpssh::hosts
