#pragma once
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/mark.h>

#include <cstddef>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "hosts/yaml_tree.hpp"

namespace mcpssh::hosts {

/// Builds a YamlNode from yaml-cpp's events. Every method throws base::Error for what hosts.yaml must not
/// hold.
class YamlBuilder final : public YAML::EventHandler {
 public:
  explicit YamlBuilder(std::string file, YamlTags tags = YamlTags::refused)
      : file_(std::move(file)), tags_(tags) {}
  [[nodiscard]] YamlNode take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark& mark) override;
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override;
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override;
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override;
  void OnMapEnd() override;

 private:
  /// A sequence or mapping that is not closed yet.
  struct Open {
    YamlNode node;
    YAML::anchor_t anchor = YAML::NullAnchor;
    bool has_key = false;
    std::string key;
    int key_line = 0;
    std::unordered_map<std::string, int> lines;  ///< of the keys seen, to find the second of a name
  };

  [[noreturn]] void fail(int line, const std::string& what, const std::string& next_move = {}) const;
  /// False for a value that its foreign tag leaves out.
  [[nodiscard]] bool check_tag(int line, const std::string& tag) const;
  void open(YamlNode::Kind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor);
  void close();
  /// `node` is whole: remember it for its aliases and hang it into its parent.
  void finish(YamlNode node, YAML::anchor_t anchor);
  void take_key(Open& parent, const YamlNode& node);
  void apply_merge(YamlNode& mapping) const;
  void charge(const YamlNode& node);
  [[nodiscard]] std::string parents() const;

  std::string file_;
  YamlTags tags_;
  YamlNode root_;
  bool seen_document_ = false;
  std::vector<Open> open_;
  std::map<YAML::anchor_t, YamlNode> anchors_;
  std::size_t nodes_ = 0;
  std::size_t text_bytes_ = 0;
};

}  // namespace mcpssh::hosts
