#pragma once
#include <initializer_list>
#include <span>
#include <string_view>
#include <vector>

#include "guard/network/row.hpp"

namespace mcpssh::guard {

/// The commands of a dialect as a tree of keywords, so that every unambiguous beginning of a keyword finds
/// it.
class CommandTree {
 public:
  /// Rows of later tables replace those of earlier ones that have the same keywords.
  CommandTree(std::initializer_list<std::span<const Row>> tables);

  /// One way to read a line.
  struct Match {
    const Row* row = nullptr;
    std::size_t words = 0;  ///< keywords of the row
    bool exact = true;      ///< the first word is written out
  };
  /// All ways to read it: more than one when a shortened word stands for several keywords. None when the
  /// words begin no row.
  [[nodiscard]] std::vector<Match> find(CliWords words) const;

 private:
  struct Node {
    std::string_view keyword;
    const Row* row = nullptr;
    std::vector<Node> children;  ///< sorted by what is typed of them
    [[nodiscard]] std::string_view head() const;
  };
  struct Way;
  void add(std::string_view line, const Row& row);
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
