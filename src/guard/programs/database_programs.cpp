// Clients that run statements: SQL, Redis, MongoDB. Servers and dumps: database_tools.cpp.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "guard/effects/files.hpp"
#include "guard/effects/places.hpp"
#include "guard/programs/judging.hpp"
#include "guard/programs/loose_options.hpp"
#include "guard/programs/program.hpp"
#include "guard/programs/sql.hpp"
#include "guard/shell/words.hpp"

namespace mcpssh::guard {
namespace {

using Value = OptionEffect::Value;

/// How a client gets its statements.
struct Client {
  std::string_view names;
  std::string_view statements;  ///< options whose value is statements
  std::string_view files;       ///< options whose value is a file of statements
  std::string_view written;     ///< options whose value is a file that is written
  std::string_view shows;       ///< options that only list
  OptionTable options;          ///< what else takes a value
  bool takes_base = false;      ///< the first operand is a file, the others are statements
};

constexpr std::array clients{
    Client{"psql",
           "c command",
           "f file",
           "o output L log-file",
           "l list V version",
           {"aAbeEHnqsStwWxXlV01?", "cdfoLhpUvFPRT",
            "list version expanded no-psqlrc no-align quiet tuples-only "
            "single-transaction no-password password csv html echo-all echo-errors echo-queries",
            "command dbname file host port username set variable output log-file field-separator pset "
            "record-separator "
            "table-attr"}},
    Client{
        "mysql mariadb mysqlsh",
        "e execute init-command",
        "",
        "tee",
        "V version help print-defaults",
        {"ABbCEfGgHinNqrsSstTUvVwWX", "eDhPSu",
         "batch skip-column-names table vertical xml html force silent raw safe-updates i-am-a-dummy "
         "compress password "
         "version no-auto-rehash skip-auto-rehash quick wait unbuffered verbose ssl column-names auto-rehash "
         "line-numbers local-infile print-defaults no-defaults sql js py json",
         "execute database host port socket user defaults-file defaults-extra-file defaults-group-suffix "
         "default-character-set protocol ssl-ca ssl-cert ssl-key ssl-mode connect-timeout tee delimiter "
         "pager "
         "init-command prompt login-path uri plugin-dir default-auth max-allowed-packet"}},
    Client{
        "sqlite3 sqlite litecli sqlcipher",
        "cmd",
        "init",
        "",
        "version help",
        {"", "",
         "bail batch box column csv echo header noheader html interactive json line list markdown nofollow "
         "quote readonly safe stats table tabs memtrace zip append ascii deserialize help version",
         "cmd init separator nullvalue newline maxsize mmap vfs lookaside pagecache heap"},
        true},
    Client{
        "duckdb",
        "c s cmd",
        "f init",
        "",
        "version help",
        {"", "csf",
         "bail batch box column csv echo header noheader html interactive json line list markdown readonly",
         "cmd init separator nullvalue newline"},
        true},
    Client{"clickhouse-client clickhouse-local",
           "q query",
           "queries-file",
           "",
           "version help",
           {"nmtEv", "qhudfC", "multiquery multiline time secure vertical verbose echo",
            "query queries-file host port user "
            "password database format config-file max_memory_usage"}},
    Client{"cqlsh",
           "e execute",
           "f file",
           "",
           "version help",
           {"", "efukp", "color no-color debug ssl no-file-io",
            "execute file username password keyspace cqlshrc encoding "
            "request-timeout connect-timeout cqlversion"}},
    Client{"sqlcmd osql", "Q q", "i", "o", "L", {"EeIrWkbxCNGzZXjpy", "QqioSUPdsHthwmalvVKcfRuYM", "", ""}},
    Client{"impala-shell hive beeline spark-sql trino presto snowsql usql cockroach ysqlsh vsql nzsql bteq",
           "e q c query execute command",
           "f file filename i init-file",
           "o output output_file",
           "version help",
           {"", "eqcfihduUpPwxSkon", "verbose silent insecure",
            "query execute command file filename init-file host port "
            "user database output output_file server catalog schema url format certs-dir execute-file"}},
    Client{"pgcli mycli isql isql-fb tsql db2 mssql-cli",
           "e execute c",
           "",
           "",
           "version list l V",
           {"", "eochupPDdS", "list version", "execute host port user database"}},
    Client{"influx",
           "execute",
           "import path",
           "",
           "version",
           {"", "", "json pretty ssl unsafeSsl",
            "execute host port username password database format precision token org"}},
};

const Client* find_client(std::string_view name) {
  const auto* found =
      std::ranges::find_if(clients, [&](const Client& one) { return has_name(one.names, name); });
  return found == clients.end() ? nullptr : found;
}

/// -pPASSWORD has no blank; "-p" alone asks for one.
Fields without_password(const Call& call) {
  Fields out;
  for (const Field& word : call.words)
    if (!(word.known_prefix().starts_with("-p") && !word.text().starts_with("-p=")) || out.empty())
      out.push_back(word);
  return out;
}

/// Long options may be shortened: --exec=...
bool brings_statements(const Client& client, std::string_view name) {
  constexpr std::array<std::string_view, 4> names{"execute", "command", "query", "init-command"};
  constexpr std::size_t shortest = 3;
  return has_name(client.statements, name) ||
         std::ranges::any_of(names, [&](std::string_view one) { return is_short_for(name, one, shortest); });
}

/// Databases of the system's own tools, which break when somebody else writes them.
bool is_system_base(const Field& path, const Field& directory) {
  constexpr std::array<Place, 14> places{"/etc/",
                                         "/usr/",
                                         "/boot/",
                                         "/var/lib/rpm/",
                                         "/var/lib/dnf/",
                                         "/var/lib/dpkg/",
                                         "/var/lib/apt/",
                                         "/var/lib/yum/",
                                         "/var/lib/PackageKit/",
                                         "/var/lib/sss/",
                                         "/var/lib/aide/",
                                         "/var/lib/fail2ban/",
                                         "/var/lib/pacman/",
                                         "/var/lib/AccountsService/"};
  return may_lie_at_any(Spot(path, directory), places);
}

/// "file:/x.db?mode=rw" as "/x.db".
Field base_path(const Field& name) {
  constexpr std::string_view scheme = "file:";
  if (!name.known_prefix().starts_with(scheme)) return name;
  const auto end = name.text().find('?');
  return name.substr(scheme.size(), end == std::string::npos ? end : end - scheme.size());
}

void changes_base(const Call& call, const Field& path) {
  if (reach_of(path, call.directory) >= Reach::persistence) return writes_file(call, path, Writing::change);
  if (is_system_base(path, call.directory))
    call.does("fs.write-system", fmt::format("{} writes a database of the system", call.name));
}

/// Clients without a server read and write the files the statements name, and `base` where one is given.
void judge_files(const Call& call, const Field* base, const Field& statements) {
  const std::string_view text = statements.text();
  const bool local = has_name("sqlite3 sqlite litecli sqlcipher duckdb clickhouse-local", call.name);
  const bool loads = text.contains("infile") || text.contains("INFILE");
  if (!local && !loads) return;
  const bool writes = !only_reads(call.name, text);
  if (base != nullptr) {
    reads_file(call, base_path(*base));
    if (writes) changes_base(call, base_path(*base));
  }
  for (const std::string& name : paths_in(text)) {
    if (!name.contains('/')) continue;
    const Field path = base_path(Field(name));
    reads_file(call, path);
    if (writes && local) changes_base(call, path);
  }
}

constexpr std::array influx_verbs{
    Verb{"*/list */ls */find ping version help query config/list v1/*/list org/members/list server-config",
         "read"},
    Verb{
        "write backup export config bucket/create bucket/update task/create task/update dashboards telegrafs "
        "task/run/retry org/create org/update pkg template",
        "database.write"},
    Verb{"delete */delete restore */remove org/members/remove", "database.remove"},
    Verb{"setup user/* auth/* v1/* secret/* replication/* remote/* apply stacks/*", "database.settings"},
};
constexpr std::array cockroach_verbs{
    Verb{"node/status node/ls version help debug/tsdump debug/time-series statement-diag/list cert/list",
         "read"},
    Verb{"debug/zip gen/*", "fs.write"},
    Verb{"start start-single-node demo", "network.serve"},
    Verb{"init node/drain node/decommission node/recommission quit cert/* auth-session/* userfile/* "
         "nodelocal/* "
         "statement-diag/* debug/*",
         "database.settings"},
    Verb{"import workload/*", "database.write"},
};
constexpr Program influx_row{
    .names = "influx",
    .options = {"", "botfnidp", "json",
                "host token org bucket file format path name id start stop predicate"},
    .any_option = true,
    .verbs = influx_verbs};
constexpr Program cockroach_row{.names = "cockroach",
                                .options = {"", "", "insecure", "host port url user certs-dir format"},
                                .any_option = true,
                                .verbs = cockroach_verbs};

/// The subcommands of clients that have some beside statements.
bool judge_subcommand(const Call& call) {
  const bool influx = call.name == "influx";
  if (!influx && call.name != "cockroach") return false;
  const Program& row = influx ? influx_row : cockroach_row;
  const Options options = read_loosely(call.words, row.options);
  const std::string_view verb = known_operand(options, 0);
  if (options.unknown || options.operands.empty() || verb == "sql") return false;
  // Flux writes by to() and reaches other services.
  const bool flux = verb == "query" && std::ranges::any_of(call.words, [](const Field& word) {
                      return word.opaque() || word.text().contains("to(") || word.text().contains("import");
                    });
  if (flux) call.does("database.write");
  judge_row(row, call);
  return true;
}

void judge_client(const Call& call) {
  const Client* client = find_client(call.name);
  if (client == nullptr || call.only_help() || judge_subcommand(call)) return;
  const bool mysql = client->names.starts_with("mysql");
  const Options options = read_loosely(mysql ? without_password(call) : call.words, client->options);
  bool told = false;
  const Field* base = client->takes_base && !options.operands.empty() ? options.operands.data() : nullptr;
  for (const Option& option : options.options) {
    if (has_name(client->shows, option.name)) told = true;
    if (has_name(client->written, option.name)) {
      if (option.value.known_prefix().starts_with('|'))
        call.out.runs(option.value.substr(1));
      else
        writes_file(call, option.value, Writing::replace);
    }
    if (mysql && (option.name == "plugin-dir" || option.name == "default-auth" || option.name == "pager"))
      call.does("database.code", "loads or runs what the option names");
    if (brings_statements(*client, option.name)) {
      judge_sql_word(call, option.value);
      judge_files(call, base, option.value);
      told = told || option.name != "init-command";
    } else if (has_name(client->files, option.name) && !option.value.empty()) {
      if (option.value.text() == "-")
        judge_sql_input(call);
      else
        call.does("database.code", "statements in a file, which is not in the request");
      told = true;
    }
  }
  if (options.splits) call.does("shell.opaque-word");
  if (base != nullptr)
    for (const Field& statement : std::span(options.operands).subspan(1)) {
      judge_sql_word(call, statement);
      judge_files(call, base, statement);
      told = true;
    }
  if (!told) judge_sql_input(call);
}

constexpr std::array redis_verbs{
    Verb{"GET MGET KEYS SCAN TTL PTTL TYPE EXISTS INFO PING DBSIZE STRLEN GETRANGE GETBIT BITCOUNT BITPOS "
         "LLEN LRANGE LINDEX "
         "LPOS HGET HGETALL HKEYS HLEN HMGET HSCAN HVALS HEXISTS HSTRLEN HRANDFIELD SMEMBERS SCARD SISMEMBER "
         "SMISMEMBER SSCAN "
         "SRANDMEMBER SINTER SUNION SDIFF ZRANGE ZREVRANGE ZRANGEBYSCORE ZREVRANGEBYSCORE ZCARD ZSCORE "
         "ZCOUNT ZRANK ZREVRANK "
         "ZSCAN ZMSCORE XRANGE XREVRANGE XLEN XINFO XPENDING XREAD PFCOUNT GEOPOS GEODIST GEOSEARCH GEOHASH "
         "OBJECT MEMORY/USAGE "
         "MEMORY/STATS MEMORY/DOCTOR MEMORY/MALLOC-STATS SLOWLOG/GET SLOWLOG/LEN CLIENT/LIST CLIENT/GETNAME "
         "CLIENT/INFO CLIENT/ID "
         "COMMAND COMMAND/* TIME LASTSAVE LATENCY/* MONITOR ROLE CLUSTER/INFO CLUSTER/NODES CLUSTER/SLOTS "
         "CLUSTER/SHARDS "
         "CLUSTER/MYID CLUSTER/KEYSLOT CLUSTER/COUNTKEYSINSLOT PUBSUB/* ACL/WHOAMI ACL/CAT ECHO RANDOMKEY "
         "DUMP MODULE/LIST "
         "SENTINEL/MASTERS SENTINEL/MASTER SENTINEL/REPLICAS SENTINEL/SLAVES SENTINEL/SENTINELS "
         "SENTINEL/GET-MASTER-ADDR-BY-NAME SENTINEL/CKQUORUM SUBSCRIBE PSUBSCRIBE TOUCH LOLWUT SELECT AUTH "
         "HELLO EXPIRETIME "
         "FUNCTION/LIST SCRIPT/EXISTS WAIT EXPIRETIME JSON.GET FT.SEARCH FT.INFO TS.GET TS.RANGE CONFIG/GET",
         "read"},
    Verb{"SET SETEX PSETEX SETNX MSET MSETNX GETSET SETRANGE SETBIT INCR INCRBY INCRBYFLOAT DECR DECRBY "
         "APPEND EXPIRE EXPIREAT "
         "PEXPIRE PERSIST HSET HMSET HSETNX HINCRBY LPUSH RPUSH LPUSHX RPUSHX LSET LINSERT SADD SMOVE ZADD "
         "ZINCRBY XADD XACK "
         "XGROUP PFADD GEOADD PUBLISH RENAME RENAMENX COPY BGSAVE SAVE BGREWRITEAOF GETEX XCLAIM "
         "CLIENT/SETNAME CLIENT/KILL "
         "CONFIG/RESETSTAT LATENCY/RESET SLOWLOG/RESET MULTI EXEC JSON.SET MEMORY/PURGE PFMERGE",
         "database.write"},
    Verb{"DEL UNLINK FLUSHALL FLUSHDB LPOP RPOP LREM LTRIM SREM SPOP ZREM ZREMRANGEBY* ZPOPMIN ZPOPMAX HDEL "
         "XDEL XTRIM GETDEL "
         "SCRIPT/FLUSH FUNCTION/FLUSH SWAPDB RESTORE MIGRATE MOVE SORT BLPOP BRPOP RPOPLPUSH JSON.DEL",
         "database.remove"},
    Verb{"CONFIG/* SHUTDOWN SLAVEOF REPLICAOF FAILOVER DEBUG CLUSTER/* ACL/* CLIENT/* MODULE/* SENTINEL/* "
         "RESET PSYNC SYNC",
         "database.settings"},
    Verb{"EVAL EVALSHA EVAL_RO FCALL SCRIPT/LOAD FUNCTION/* SCRIPT/*", "database.code"},
};
constexpr std::array redis_effects{
    OptionEffect{"rdb functions-rdb", Value::written},
    OptionEffect{"eval ldb", Value::nothing, "database.code"},
    OptionEffect{"pipe", Value::nothing, "database.code"},
};
constexpr Program redis_row{
    .names = "redis-cli", .any_option = true, .verbs = redis_verbs, .otherwise = "database.code"};

/// Commands of Redis may be written in small letters.
void judge_redis(const Call& call) {
  constexpr OptionTable table{
      "cxX23ve46", "hpsandrituDb",
      "raw no-raw csv json tls insecure scan bigkeys memkeys hotkeys stat latency latency-history "
      "latency-dist no-auth-warning pipe ldb quoted-input askpass show-pushes verbose memkeys-samples "
      "cluster-yes",
      "cacertdir tls-ciphers tls-ciphersuites user pass pattern quoted-pattern rdb functions-rdb eval cacert "
      "cert key sni count lru-test "
      "intrinsic-latency cluster"};
  if (call.only_help()) return;
  const Options options = read_loosely(call.words, table);
  bool alone = false;
  for (const Option& option : options.options) {
    for (const OptionEffect& effect : redis_effects)
      if (has_name(effect.names, option.name)) {
        if (effect.value == Value::written)
          writes_file(call, option.value, Writing::replace);
        else
          call.does(effect.rule);
        alone = true;
      }
    if (has_name("scan bigkeys memkeys hotkeys stat latency latency-history latency-dist lru-test "
                 "intrinsic-latency",
                 option.name))
      alone = true;
    if (option.name == "cluster") {
      const bool looks = has_name("check info help", option.value.text());
      if (!looks) call.does("database.settings");
      return;
    }
  }
  if (options.unknown) call.does("shell.unknown-option");
  if (alone) return;
  if (options.operands.empty()) {
    const std::string* text = call.out.input_text();
    if (text == nullptr) return call.out.has_input() ? call.does("database.code") : opens_prompt(call);
    for (const std::string_view line : base::split(*text, '\n')) {
      Fields words{Field("redis-cli")};
      for (const std::string_view word : base::split(line, ' '))
        if (!word.empty()) words.emplace_back(word);
      if (words.size() > 1) judge_redis({call.name, words, call.directory, call.out});
    }
    return;
  }
  Fields words{call.words[0]};
  for (const Field& operand : options.operands) {
    std::string text = operand.text();
    std::ranges::transform(text, text.begin(), [](char c) {
      return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    words.push_back(operand.literal() && words.size() < 3 ? Field(text) : operand);
  }
  const bool asks_settings = words.size() > 3 && words[1].text() == "CONFIG" && words[2].text() == "GET";
  if (asks_settings && (words[3].text().contains("pass") || words[3].text().contains("auth")))
    call.does("secret.read");
  judge_row(redis_row, {call.name, words, call.directory, call.out});
}

/// The methods a script of mongosh calls: ".find(", "rs.status(" ...
std::string_view rule_of_method(std::string_view name) {
  constexpr std::string_view looks =
      "find findOne aggregate count countDocuments estimatedDocumentCount distinct stats status serverStatus "
      "getCollectionNames getCollectionInfos getCollection getSiblingDB getIndexes explain pretty limit sort "
      "skip toArray "
      "forEach map print printjson version hello isMaster isWritablePrimary currentOp hostInfo dataSize "
      "storageSize "
      "totalSize totalIndexSize conf config printReplicationInfo printSecondaryReplicationInfo getMongo "
      "getName getUsers "
      "getRoles getDBs adminCommandHelp help validate latencyStats getReplicationInfo "
      "printSlaveReplicationInfo "
      "listDatabases getDBNames stringify quit ObjectId ISODate Date NumberLong hasNext next "
      "getProfilingStatus "
      "printShardingStatus isodate tojson setReadPref readPref secondaryOk slaveOk projection hint buildInfo "
      "getShardDistribution";
  constexpr std::string_view writes =
      "insert insertOne insertMany update updateOne updateMany replaceOne createIndex createIndexes "
      "createCollection "
      "findOneAndUpdate findOneAndReplace save bulkWrite fsyncLock fsyncUnlock fsync reIndex createView "
      "renameCollection";
  constexpr std::string_view removes =
      "drop dropDatabase dropIndex dropIndexes dropUser dropRole dropAllUsersFromDatabase deleteOne "
      "deleteMany remove "
      "findOneAndDelete findAndModify dropAllRolesFromDatabase";
  if (has_name(looks, name)) return "read";
  if (has_name(writes, name)) return "database.write";
  return has_name(removes, name) ? "database.remove" : "database.code";
}

/// What hides a call from rule_of_method(): computed names, functions, escapes, methods handed on.
bool hides_calls(std::string_view text) {
  constexpr std::array<std::string_view, 10> hiding{"function", "`",    "\\",       "forEach(db", "map(db",
                                                    "=>{",      "eval", "Function", ".call",      ".apply"};
  if (std::ranges::any_of(hiding, [&](std::string_view one) { return text.contains(one); })) return true;
  // x["drop"]()
  for (std::size_t at = text.find(']'); at != std::string_view::npos; at = text.find(']', at + 1)) {
    const auto next = text.find_first_not_of(" \t\n", at + 1);
    if (next != std::string_view::npos && text[next] == '(') return true;
  }
  return false;
}

void judge_mongo_text(const Call& call, std::string_view text) {
  bool any = false;
  for (std::size_t at = text.find('('); at != std::string_view::npos; at = text.find('(', at + 1)) {
    std::size_t end = at;
    while (end > 0 && std::isspace(static_cast<unsigned char>(text[end - 1])) != 0) --end;
    std::size_t from = end;
    while (from > 0 &&
           (std::isalnum(static_cast<unsigned char>(text[from - 1])) != 0 || text[from - 1] == '_'))
      --from;
    if (from == end) continue;
    any = true;
    call.does(rule_of_method(text.substr(from, end - from)));
  }
  if (text.contains("$out") || text.contains("$merge")) call.does("database.write");
  const auto trimmed = base::trim(text);
  const bool shows = trimmed.starts_with("show ") || trimmed.starts_with("use ") ||
                     trimmed.starts_with("db.version") || trimmed == "db";
  if (hides_calls(text) || (!any && !shows)) call.does("database.code");
}

void judge_mongo(const Call& call) {
  constexpr OptionTable table{
      "qv", "upf", "quiet nodb norc tls ssl tlsAllowInvalidCertificates shell verbose json",
      "host port username password authenticationDatabase authenticationMechanism eval file "
      "tlsCAFile tlsCertificateKeyFile sslCAFile sslPEMKeyFile"};
  if (call.only_help()) return;
  const Options options = read_loosely(call.words, table);
  bool told = false;
  for (const Option& option : options.options)
    if (option.name == "eval") {
      told = true;
      option.value.opaque() ? call.does("database.code") : judge_mongo_text(call, option.value.text());
    }
  for (std::size_t i = 0; i < options.operands.size(); ++i) {
    const std::string_view operand = options.operands[i].text();
    const bool base = i == 0 && !operand.starts_with('/') && !operand.starts_with('.');
    if (!base || operand.ends_with(".js")) return call.does("shell.script");
  }
  if (options.has("f") || options.has("file")) return call.does("shell.script");
  if (told) return;
  if (const std::string* text = call.out.input_text()) return judge_mongo_text(call, *text);
  call.out.has_input() ? call.does("database.code") : opens_prompt(call);
}

constexpr std::array rows{
    Program{.names = "psql mysql mariadb mysqlsh sqlite3 sqlite litecli sqlcipher duckdb clickhouse-client "
                     "clickhouse-local cqlsh sqlcmd osql impala-shell hive beeline spark-sql trino presto "
                     "snowsql usql "
                     "cockroach ysqlsh vsql nzsql bteq pgcli mycli isql isql-fb tsql db2 mssql-cli influx",
            .judge = judge_client},
    Program{.names = "redis-cli valkey-cli keydb-cli iredis", .judge = judge_redis},
    Program{.names = "mongosh mongo", .judge = judge_mongo},
};

}  // namespace

std::span<const Program> database_programs() {
  return rows;
}

}  // namespace mcpssh::guard
