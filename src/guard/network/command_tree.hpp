#pragma once
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "guard/network/row.hpp"

namespace mcpssh::guard {

/// The commands of a dialect as a tree of keywords, so that every unambiguous beginning of a keyword finds
/// it.
class CommandTree {
  struct Node;

 public:
  /// Rows of later tables replace those of earlier ones that have the same keywords.
  CommandTree(std::initializer_list<std::span<const Row>> tables);
  CommandTree(const CommandTree&) = delete;
  CommandTree& operator=(const CommandTree&) = delete;

  /// One way to read a line.
  struct Match {
    const Row* row = nullptr;
    std::size_t words = 0;  ///< keywords of the row
    bool exact = true;      ///< the first word is written out
    const Node* node = nullptr;
  };
  /// All ways to read it: more than one when a shortened word stands for several keywords. None when the
  /// words begin no row.
  [[nodiscard]] std::vector<Match> find(CliWords words) const;
  /// The keywords `match` read the first words of a line as, written out; empty where any word may stand.
  [[nodiscard]] static std::vector<std::string> keywords(const Match& match);

 private:
  struct Node {
    std::string_view keyword;
    const Row* row = nullptr;
    std::vector<Node> children;  ///< sorted by what is typed of them
    const Node* above = nullptr;
    [[nodiscard]] std::string_view head() const;
  };
  struct Way;
  void add(std::string_view line, const Row& row);
  /// Brings the children into their order, and tells each who is above.
  static void sort(Node& node);
  static void step(const Way& way, const CliWord& word, std::vector<Way>& exact, std::vector<Way>& shortened,
                   std::vector<Way>& any);
  Node root_;
};

/// The tree of one table, made when it is first asked for.
template <const auto& table>
const CommandTree& tree_of() {
  static const CommandTree tree{table};
  return tree;
}
template <const auto& table>
std::span<const Row> rows_of() {
  return table;
}

}  // namespace mcpssh::guard
