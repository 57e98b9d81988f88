#include "guard/programs/sql.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "base/text.hpp"
#include "guard/programs/judging.hpp"
#include "guard/shell/words.hpp"

namespace mcpssh::guard {
namespace {

constexpr std::size_t most_words = 4000;

/// The words of one statement in capitals, strings left out; "=", "(" and "\X" are words of their own.
using Statement = std::vector<std::string>;

bool is_word_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$' ||
         c == '.';
}

/// Where the strings of the dialects end, so that none hides a statement behind it.
struct Dialect {
  bool backslash = false;  ///< a backslash escapes in strings
  bool hash = false;       ///< "#" begins a comment, and "--" only before a blank
  bool dollar = false;     ///< $tag$ ... $tag$ and E'...'
};

Dialect dialect_of(std::string_view client) {
  if (has_name("mysql mariadb mysqlsh mycli", client)) return {true, true, false};
  if (has_name("clickhouse-client clickhouse-local hive beeline impala-shell spark-sql", client))
    return {true, false, false};
  return {false, false, has_name("psql pgcli cockroach ysqlsh vsql usql", client)};
}

class Splitter {
 public:
  Splitter(std::string_view text, Dialect dialect) : text_(text), dialect_(dialect) {}

  std::vector<Statement> read() {
    while (at_ < text_.size() && words_ < most_words) step();
    end_statement();
    return std::move(out_);
  }

  /// A string or comment does not end, or there is more than anybody reads.
  [[nodiscard]] bool broken() const { return broken_ || words_ >= most_words; }

 private:
  void step() {
    const char c = text_[at_];
    const std::string_view rest = text_.substr(at_);
    if (c == '\n' && line_command()) return end_statement(), void(++at_);
    const bool dashes = rest.starts_with("--") && (!dialect_.hash || rest.size() < 3 || rest[2] <= ' ');
    if (dashes || (c == '#' && dialect_.hash)) return skip_past("\n");
    // /*! ... */ runs in MySQL.
    if (rest.starts_with("/*") && !rest.starts_with("/*!") && !rest.starts_with("/*M!"))
      return skip_past("*/");
    if (c == '\'' || c == '"' || c == '`') return quoted(c);
    if (c == '$' && dialect_.dollar && dollar_quoted()) return;
    if (c == ';') return end_statement(), void(++at_);
    if (c == '\\') return backslash();
    if (c == '.' && now_.empty()) return dot_command();
    if (is_word_character(c)) return word();
    if (c == '=' || c == '(' || c == '!' || c == '|') add(std::string(1, c));
    ++at_;
  }

  /// Commands of the clients end with their line.
  [[nodiscard]] bool line_command() const {
    return !now_.empty() && (now_[0][0] == '\\' || now_[0][0] == '.');
  }

  void skip_past(std::string_view end) {
    const auto found = text_.find(end, at_);
    const bool line = end == "\n";
    broken_ =
        broken_ ||
        (!line && (found == std::string_view::npos || text_.substr(at_ + 2, found - at_ - 2).contains("/*")));
    at_ = found == std::string_view::npos ? text_.size() : found + (line ? 0 : end.size());
  }

  void quoted(char quote) {
    std::string name;
    const bool escapes =
        quote != '`' && (dialect_.backslash || (dialect_.dollar && quote == '\'' && escape_string()));
    for (++at_; at_ < text_.size() && text_[at_] != quote; ++at_) {
      if (text_[at_] == '\\' && escapes) ++at_;
      if (at_ < text_.size() && quote != '\'') name += text_[at_];
    }
    broken_ = broken_ || at_ >= text_.size();
    ++at_;
    if (quote == '`' && dialect_.dollar) return add("`");  // psql runs it
    add(quote == '\'' ? "'" : "\"" + name);
  }

  /// E'...', and no name that ends so.
  [[nodiscard]] bool escape_string() const {
    return at_ > 0 && (text_[at_ - 1] | 0x20) == 'e' && (at_ < 2 || !is_word_character(text_[at_ - 2]));
  }

  bool dollar_quoted() {
    const auto end = text_.find('$', at_ + 1);
    if (end == std::string_view::npos) return false;
    const auto tag = text_.substr(at_, end + 1 - at_);
    if (!std::ranges::all_of(tag, is_word_character)) return false;
    const auto close = text_.find(tag, end + 1);
    broken_ = broken_ || close == std::string_view::npos;
    add("$$");
    at_ = close == std::string_view::npos ? text_.size() : close + tag.size();
    return true;
  }

  void backslash() {
    std::string command = "\\";
    for (++at_; at_ < text_.size() && text_[at_] > ' ' && text_[at_] != ';'; ++at_) command += text_[at_];
    // A command at the beginning is a statement; "\G" ends one.
    if (now_.empty()) return add(command);
    now_.push_back(command);
    ++words_;
    if (command == "\\G" || command == "\\g" || command == "\\gx") end_statement();
  }

  void dot_command() {
    std::string command;
    for (; at_ < text_.size() && text_[at_] > ' '; ++at_) command += text_[at_];
    add(command);
  }

  void word() {
    std::string name;
    for (; at_ < text_.size() && is_word_character(text_[at_]); ++at_)
      name += text_[at_] >= 'a' && text_[at_] <= 'z' ? static_cast<char>(text_[at_] - 'a' + 'A') : text_[at_];
    add(std::move(name));
  }

  void add(std::string word) {
    now_.push_back(std::move(word));
    ++words_;
  }

  void end_statement() {
    if (!now_.empty()) out_.push_back(std::move(now_));
    now_.clear();
  }

  std::string_view text_;
  Dialect dialect_;
  bool broken_ = false;
  std::size_t at_ = 0;
  std::size_t words_ = 0;
  Statement now_;
  std::vector<Statement> out_;
};

bool holds(const Statement& words, std::string_view one) {
  return std::ranges::find(words, one) != words.end();
}

bool holds_any(const Statement& words, std::string_view names) {
  return std::ranges::any_of(words, [&](const std::string& word) { return has_name(names, word); });
}

/// Functions and clauses that leave the database, wherever they stand.
constexpr std::string_view leaving =
    "LO_EXPORT LO_IMPORT PG_READ_FILE PG_READ_BINARY_FILE PG_LS_DIR PG_FILE_WRITE DBLINK_EXEC DBLINK "
    "XP_CMDSHELL "
    "SYS_EXEC SYS_EVAL LOAD_EXTENSION WRITEFILE READFILE LOAD_FILE OUTFILE DUMPFILE UTL_FILE DBMS_SCHEDULER "
    "XP_REGWRITE XP_DIRTREE OPENROWSET OPENDATASOURCE SP_OACREATE FTS3_TOKENIZER PG_EXECUTE_SERVER_PROGRAM";
/// The same, where they are called.
constexpr std::string_view leaving_calls =
    "URL REMOTE S3 FILE EXECUTABLE EDIT READ_CSV HDFS INPUT MYSQL POSTGRESQL MONGODB REDIS SQLITE ODBC JDBC "
    "HTTP_GET HTTP_POST";

bool calls_any(const Statement& words, std::string_view names) {
  for (std::size_t i = 0; i + 1 < words.size(); ++i)
    if (words[i + 1] == "(" && has_name(names, words[i])) return true;
  return false;
}
constexpr std::string_view stopping =
    "PG_TERMINATE_BACKEND PG_RELOAD_CONF PG_PROMOTE PG_ROTATE_LOGFILE PG_SWITCH_WAL PG_WAL_REPLAY_PAUSE "
    "SETVAL "
    "PG_CREATE_RESTORE_POINT PG_BACKUP_START PG_START_BACKUP SET_CONFIG PG_DROP_REPLICATION_SLOT";

/// "ALTER TABLE t DELETE WHERE ..." of ClickHouse, and no "ON DELETE CASCADE".
bool deletes_rows(const Statement& words) {
  for (std::size_t i = 1; i < words.size(); ++i)
    if (words[i] == "DELETE" && words[i - 1] != "ON") return true;
  return false;
}

std::string_view rule_of_alter(const Statement& words) {
  if (holds_any(words, "DROP TRUNCATE DISCARD") || deletes_rows(words)) return "database.remove";
  constexpr std::string_view settings = "USER ROLE SYSTEM SERVER LOGIN GROUP INSTANCE DEFAULT OWNER";
  if (words.size() > 1 && has_name(settings, words[1])) return "database.settings";
  return holds(words, "OWNER") ? "database.settings" : "database.write";
}

/// "CREATE DEFINER = ... PROCEDURE": the kind stands before the first bracket.
bool creates_code(const Statement& words, std::string_view code) {
  constexpr std::size_t longest_head = 9;
  for (std::size_t i = 0; i < std::min(words.size(), longest_head) && words[i] != "(" && words[i] != "AS";
       ++i)
    if (has_name(code, words[i])) return true;
  return false;
}

std::string_view rule_of_create(const Statement& words) {
  constexpr std::string_view rights =
      "USER ROLE LOGIN SERVER SUBSCRIPTION PUBLICATION EXTENSION CREDENTIAL POLICY";
  constexpr std::string_view code = "FUNCTION PROCEDURE TRIGGER EVENT LANGUAGE RULE PACKAGE ALIAS LIBRARY";
  const Statement head(words.begin(),
                       words.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(4, words.size())));
  if (holds_any(head, rights)) return "database.settings";
  if (creates_code(words, code)) return "database.code";
  return "database.write";
}

/// UPDATE without a condition, or with one that is always true.
std::string_view rule_of_update(const Statement& words) {
  const auto where = std::ranges::find(words, "WHERE");
  if (where == words.end() || where + 1 == words.end()) return "database.remove";
  const bool always = where[1] == "1" || where[1] == "TRUE" || where[1] == "'";
  return always ? "database.remove" : "database.write";
}

/// The hashes of passwords: by the name of their column, or with all others of their table.
bool shows_hashes(const Statement& words) {
  if (holds_any(words, "ROLPASSWORD PASSWD AUTHENTICATION_STRING PASSWORD_HASH")) return true;
  if (!holds_any(words, "PG_SHADOW PG_AUTHID PG_CATALOG.PG_SHADOW PG_CATALOG.PG_AUTHID MYSQL.USER"))
    return false;
  if (words[0] == "TABLE" || words[0] == "COPY") return true;
  // Of "SELECT * FROM" the star is no word; "u.*" leaves its dot.
  for (std::size_t i = 1; i < words.size(); ++i)
    if (words[i].ends_with('.') || (words[i] == "FROM" && words[i - 1] == "SELECT")) return true;
  return false;
}

std::string_view rule_of_copy(const Statement& words) {
  if (holds(words, "PROGRAM")) return "database.code";
  if (holds(words, "STDOUT")) return shows_hashes(words) ? "secret.read" : "read";
  return holds(words, "STDIN") ? "database.write" : "database.code";
}

std::string_view rule_of_set(const Statement& words) {
  if (words.size() > 1 && has_name("GLOBAL PERSIST PERSIST_ONLY PASSWORD DEFAULT CLUSTER", words[1]))
    return "database.settings";
  if (holds_any(words, "GLOBAL PERSIST PERSIST_ONLY")) return "database.settings";
  return std::ranges::any_of(words, [](const std::string& word) { return word.starts_with("GLOBAL."); })
             ? "database.settings"
             : "read";
}

/// SELECT and its kin: reads, unless a part of them changes something.
std::string_view rule_of_select(const Statement& words) {
  if (holds_any(words, stopping)) return "database.settings";
  if (holds_any(words, "DELETE TRUNCATE DROP")) return "database.remove";
  if (holds(words, "UPDATE"))
    return holds(words, "FOR") && words[0] == "SELECT" ? "read" : rule_of_update(words);
  if (shows_hashes(words)) return "secret.read";
  if (holds(words, "INSERT") || (words[0] == "SELECT" && holds(words, "INTO"))) return "database.write";
  return "read";
}

std::string_view rule_of_pragma(const Statement& words) {
  constexpr std::string_view looks =
      "TABLE_INFO TABLE_XINFO TABLE_LIST INDEX_LIST INDEX_INFO INDEX_XINFO FOREIGN_KEY_LIST "
      "FOREIGN_KEY_CHECK INTEGRITY_CHECK QUICK_CHECK";
  const auto looks_at = [&](std::string_view name) {
    return has_name(looks, name.substr(name.rfind('.') + 1));
  };
  const bool called = holds(words, "(") && words.size() > 1 && !looks_at(words[1]);
  if (!holds(words, "=") && !called) return "read";
  return holds(words, "WRITABLE_SCHEMA") ? "database.settings" : "database.write";
}

/// \commands of psql and mysql, .commands of sqlite3.
std::string_view rule_of_client(const Statement& words) {
  const std::string& command = words[0];
  // `...` runs; \s writes the history to the file behind it, \g the result, also into a program.
  const bool writes = has_name("\\s \\g \\gx", command) && words.size() > 1;
  if (holds(words, "`") || writes) return "database.code";
  if (command == ".output" || command == ".once")
    return words.size() == 1 || words[1] == "STDOUT" ? "read" : "database.code";
  constexpr std::string_view psql =
      "\\l \\l+ \\x \\timing \\conninfo \\c \\connect \\pset \\echo \\q \\a \\t \\h \\? \\z \\encoding \\set "
      "\\unset \\sf "
      "\\sv \\f \\H \\G \\g \\s \\u \\p \\r \\W \\C \\errverbose \\qecho \\list \\gx \\if \\endif";
  constexpr std::string_view sqlite =
      ".tables .schema .databases .mode .headers .header .indexes .indices .dump .help .exit .quit .timer "
      ".width "
      ".separator .stats .show .fullschema .nullvalue .echo .bail .eqp .explain .dbinfo .limit .lint .print "
      ".version .changes";
  if (has_name(psql, command) || command.starts_with("\\d") || has_name(sqlite, command)) return "read";
  if (command == ".backup" || command == ".save") return "fs.write";
  return "database.code";
}

struct Keyword {
  std::string_view words, rule;
};
constexpr std::array keywords{
    Keyword{
        "SHOW DESCRIBE DESC USE HELP BEGIN COMMIT ROLLBACK END SAVEPOINT RELEASE ABORT FETCH CLOSE DECLARE "
        "CHECK CHECKSUM "
        "LISTEN UNLISTEN DEALLOCATE GO PRINT STATUS EXIT QUIT LIST CONNECT CONSISTENCY PAGING EXPAND TRACING "
        "SUMMARIZE EXISTS INFO DISCARD UNLOCK PING MOVE",
        "read"},
    Keyword{"INSERT REPLACE UPSERT MERGE ANALYZE VACUUM REINDEX OPTIMIZE CLUSTER CHECKPOINT COMMENT REFRESH "
            "NOTIFY LOCK KILL "
            "FLUSH RENAME CACHE ATTACH DETACH LOAD IMPORT BACKUP REPAIR SYNC",
            "database.write"},
    Keyword{"DELETE DROP TRUNCATE PURGE RESTORE UNDROP", "database.remove"},
    Keyword{"GRANT REVOKE STOP CHANGE SHUTDOWN DBCC DENY REASSIGN SECURITY CLONE SLAVEOF",
            "database.settings"},
};

/// Procedures of SQL Server that only show.
bool looks_at_server(std::string_view procedure) {
  const auto name = procedure.substr(procedure.rfind('.') + 1);
  return name.starts_with("SP_HELP") ||
         has_name(
             "SP_WHO SP_WHO2 SP_LOCK SP_SPACEUSED SP_COLUMNS SP_TABLES SP_DATABASES SP_PKEYS SP_FKEYS "
             "SP_STATISTICS SP_MONITOR SP_READERRORLOG XP_READERRORLOG SP_DEPENDS SP_BLITZ",
             name);
}

std::string_view rule_of(const Statement& words) {
  const std::string& first = words[0];
  if (first[0] == '\\' || first[0] == '.') return rule_of_client(words);
  if (first == "!" || holds(words, "\\!") || holds(words, "\\.") || holds(words, "\\GEXEC"))
    return "database.code";
  if ((first == "PREPARE" && words.size() > 2 && words[2] == "FROM") ||
      (first == "EXECUTE" && holds(words, "IMMEDIATE")) ||
      (first == "LOAD" && words.size() > 1 && words[1] == "'"))
    return "database.code";
  if (first == "MERGE" && holds(words, "DELETE")) return "database.remove";
  const bool directory = holds(words, "DIRECTORY") && holds(words, "OVERWRITE");
  if (directory || (first == "IMPORT" && words.size() > 1 && words[1] == "DATABASE")) return "database.code";
  if (first == "EXEC" && words.size() > 1 && looks_at_server(words[1])) return "read";
  if (holds_any(words, leaving) || calls_any(words, leaving_calls)) return "database.code";
  if (has_name("SELECT WITH EXPLAIN VALUES TABLE ( FROM PREPARE EXECUTE", first))
    return rule_of_select(words);
  if (first == "UPDATE") return rule_of_update(words);
  if (first == "ALTER") return rule_of_alter(words);
  if (first == "CREATE") return rule_of_create(words);
  if (first == "COPY") return rule_of_copy(words);
  if (first == "SET") return rule_of_set(words);
  if (first == "PRAGMA") return rule_of_pragma(words);
  if (first == "RESET")
    return holds_any(words, "MASTER SLAVE REPLICA BINARY QUERY") ? "database.remove" : "read";
  if (first == "START") return holds(words, "TRANSACTION") ? "read" : "database.settings";
  for (const Keyword& keyword : keywords)
    if (has_name(keyword.words, first)) return keyword.rule;
  return "database.code";
}

/// What may stand before "(" without a function of somebody's own being called.
constexpr std::string_view harmless_calls =
    "IN AND OR NOT ON AS OVER FROM WHERE VALUES EXISTS ANY ALL SOME USING SELECT UNION EXCEPT INTERSECT JOIN "
    "LATERAL BY DISTINCT WHEN THEN ELSE CASE FILTER HAVING INTERVAL LIKE ILIKE BETWEEN IS GROUP LIMIT OFFSET "
    "WITHIN SETS ROLLUP CUBE ROW MATERIALIZED EXPLAIN INDEX KEY PARTITION = ( ! | "
    "COUNT SUM AVG MIN MAX STDDEV VARIANCE MEDIAN MODE GROUP_CONCAT STRING_AGG ARRAY_AGG JSON_AGG JSONB_AGG "
    "BOOL_AND BOOL_OR EVERY BIT_AND BIT_OR PERCENTILE_CONT PERCENTILE_DISC RANK DENSE_RANK ROW_NUMBER NTILE "
    "LAG LEAD FIRST_VALUE LAST_VALUE NTH_VALUE CUME_DIST PERCENT_RANK GROUPING "
    "COALESCE NULLIF IFNULL IF NVL GREATEST LEAST CAST CONVERT ISNULL FORMAT FIELD ELT TRY_CAST "
    "NOW CURRENT_TIMESTAMP CURRENT_DATE CURRENT_TIME LOCALTIME LOCALTIMESTAMP CURDATE CURTIME SYSDATE "
    "UTC_TIMESTAMP UTC_DATE CLOCK_TIMESTAMP STATEMENT_TIMESTAMP TRANSACTION_TIMESTAMP AGE DATE TIME "
    "TIMESTAMP "
    "DATE_TRUNC DATE_PART EXTRACT DATE_ADD DATE_SUB DATE_FORMAT DATEDIFF TIMEDIFF TIMESTAMPDIFF TIMESTAMPADD "
    "UNIX_TIMESTAMP FROM_UNIXTIME STR_TO_DATE TO_CHAR TO_DATE TO_TIMESTAMP TO_NUMBER TO_DAYS TO_SECONDS YEAR "
    "MONTH DAY HOUR MINUTE SECOND WEEK QUARTER DAYOFWEEK DAYNAME MONTHNAME MAKE_DATE MAKE_INTERVAL "
    "SEC_TO_TIME "
    "ABS ROUND FLOOR CEIL CEILING TRUNC TRUNCATE MOD POWER POW SQRT EXP LN LOG LOG10 LOG2 SIGN RANDOM RAND "
    "PI "
    "LOWER UPPER LENGTH CHAR_LENGTH CHARACTER_LENGTH OCTET_LENGTH BIT_LENGTH SUBSTR SUBSTRING LEFT RIGHT "
    "TRIM "
    "LTRIM RTRIM BTRIM LPAD RPAD REPLACE REPEAT REVERSE CONCAT CONCAT_WS SPLIT_PART SUBSTRING_INDEX POSITION "
    "STRPOS INSTR LOCATE INITCAP ASCII CHR CHAR HEX UNHEX MD5 SHA1 SHA2 SHA256 ENCODE DECODE TO_HEX BIN "
    "INET_NTOA INET_ATON INET6_NTOA HOST NETWORK REGEXP_MATCHES REGEXP_MATCH REGEXP_REPLACE REGEXP_LIKE "
    "REGEXP_SUBSTR REGEXP_SPLIT_TO_TABLE REGEXP_SPLIT_TO_ARRAY QUOTE_IDENT QUOTE_LITERAL QUOTE STRCMP "
    "UNNEST GENERATE_SERIES ARRAY_LENGTH ARRAY_TO_STRING STRING_TO_ARRAY CARDINALITY ARRAY ARRAY_POSITION "
    "JSON_EXTRACT JSON_UNQUOTE JSON_OBJECT JSON_ARRAY JSON_LENGTH JSON_KEYS JSON_BUILD_OBJECT ROW_TO_JSON "
    "TO_JSON TO_JSONB JSONB_EACH JSON_EACH JSONB_ARRAY_ELEMENTS JSONB_OBJECT_KEYS JSONB_PRETTY JSON_TABLE "
    "JSONB_BUILD_OBJECT JSON_VALUE JSON_CONTAINS "
    "VERSION DATABASE SCHEMA USER CURRENT_USER SESSION_USER CURRENT_DATABASE CURRENT_SCHEMA CURRENT_SCHEMAS "
    "CURRENT_SETTING CONNECTION_ID LAST_INSERT_ID FOUND_ROWS ROW_COUNT INET_SERVER_ADDR INET_SERVER_PORT "
    "INET_CLIENT_ADDR UUID GEN_RANDOM_UUID TXID_CURRENT OBJ_DESCRIPTION COL_DESCRIPTION FORMAT_TYPE "
    "FORMAT_BYTES SYS.FORMAT_BYTES SYS.FORMAT_TIME HAS_TABLE_PRIVILEGE HAS_DATABASE_PRIVILEGE CHARSET "
    "COLLATION "
    "HAS_SCHEMA_PRIVILEGE TO_REGCLASS TO_TSVECTOR TO_TSQUERY MATCH AGAINST BIT_COUNT VARCHAR NUMERIC DECIMAL "
    "WIDTH_BUCKET TXID_SNAPSHOT_XMIN BIN_TO_UUID UUID_TO_BIN ANY_VALUE";

/// Functions of PostgreSQL that look (pg_size_pretty), not those that change (pg_stat_reset).
bool looks_at_postgres(std::string_view name) {
  constexpr std::array<std::string_view, 20> changing{
      "RESET",  "CANCEL", "LOGICAL_", "CREATE", "DROP",   "REPLAY",   "ADVISORY",
      "ORIGIN", "SWITCH", "IMPORT",   "EXPORT", "ROTATE", "RELOAD",   "PROMOTE",
      "_START", "_STOP",  "NOTIFY",   "SLEEP",  "_LOG_",  "TERMINATE"};
  if (name.starts_with("PG_CATALOG.")) name.remove_prefix(11);
  return name.starts_with("PG_") &&
         std::ranges::none_of(changing, [&](std::string_view one) { return name.contains(one); });
}

/// A query that calls a function nobody here knows: it may write. Names of a WITH are no functions.
bool calls_unknown(const Statement& words) {
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    const std::string& name = words[i];
    if (words[i + 1] != "(" || has_name(harmless_calls, name) || looks_at_postgres(name)) continue;
    const bool number = name.find_first_not_of("0123456789.") == std::string::npos;
    const bool literal = name == "'" || name == "$$" || number;
    const bool named_query =
        i > 0 && words[0] == "WITH" && (words[i - 1] == "WITH" || words[i - 1] == "RECURSIVE");
    if (!literal && !named_query) return true;
  }
  return false;
}

/// T-SQL needs no ";" between its statements.
std::string_view rule_of_unseparated(const Statement& words) {
  const Statement rest(words.begin() + 1, words.end());
  if (holds_any(rest, "DROP DELETE TRUNCATE")) return "database.remove";
  return holds_any(rest, "EXEC EXECUTE SHUTDOWN ALTER GRANT REVOKE DENY BACKUP RESTORE KILL DBCC RECONFIGURE")
             ? "database.code"
             : "read";
}

}  // namespace

std::vector<std::string> paths_in(std::string_view text) {
  std::vector<std::string> out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool quote = text[at] == '\'' || text[at] == '"';
    const bool word = text[at] == ' ' && at + 1 < text.size() && (text[at + 1] == '/' || text[at + 1] == '~');
    if (!quote && !word) continue;
    const auto end =
        std::min(quote ? text.find(text[at], at + 1) : text.find_first_of(" ;\n", at + 1), text.size());
    out.emplace_back(text.substr(at + 1, end - at - 1));
    at = quote ? end : end - 1;
  }
  return out;
}

bool only_reads(std::string_view client, std::string_view text) {
  Splitter splitter(text, dialect_of(client));
  const auto statements = splitter.read();
  return !splitter.broken() &&
         std::ranges::all_of(statements, [](const Statement& words) { return rule_of(words) == "read"; });
}

void judge_sql(const Call& call, std::string_view text) {
  Splitter splitter(text, dialect_of(call.name));
  const bool own_functions = has_name("psql pgcli ysqlsh cockroach mysql mariadb mysqlsh mycli", call.name);
  const bool unseparated = has_name("sqlcmd osql tsql isql mssql-cli bteq", call.name);
  for (const Statement& statement : splitter.read()) {
    if (own_functions && has_name("SELECT WITH VALUES TABLE (", statement[0]) && calls_unknown(statement))
      call.does("database.write", "calls a function that may write");
    if (unseparated) call.does(rule_of_unseparated(statement));
    call.does(rule_of(statement),
              fmt::format(
                  "{} runs the statement {}", call.name,
                  base::printable(
                      base::join(std::span(statement).first(std::min<std::size_t>(8, statement.size())), " "),
                      80)));
  }
  if (splitter.broken()) call.does("database.code", "statements that do not end or are too many to read");
}

void judge_sql_word(const Call& call, const Field& statements) {
  if (statements.opaque() && statements.known_prefix().empty())
    return call.does("database.code", fmt::format("{} runs statements known only at run time", call.name));
  judge_sql(call, statements.text());
  if (statements.opaque())
    call.does("shell.opaque-word", fmt::format("{} with a statement known only in part", call.name));
}

void judge_sql_input(const Call& call) {
  if (const std::string* text = call.out.input_text()) return judge_sql(call, *text);
  if (!call.out.has_input()) return opens_prompt(call);
  call.does("database.code", fmt::format("{} runs statements known only at run time", call.name));
}

}  // namespace mcpssh::guard
