// Servers of databases, their dumps and their tools.
#include <array>

#include "guard/effects/files.hpp"
#include "guard/programs/judging.hpp"
#include "guard/programs/loose_options.hpp"
#include "guard/programs/program.hpp"
#include "guard/programs/telling.hpp"
#include "guard/shell/words.hpp"

namespace mcpssh::guard {
namespace {

using Value = OptionEffect::Value;

constexpr std::array dump_effects{
    OptionEffect{"f file r result-file T tab o out output archive D pgdata", Value::written}};
constexpr std::array mysqldump_effects{
    OptionEffect{"r result-file T tab", OptionEffect::Value::written},
    OptionEffect{"F flush-logs flush-privileges", OptionEffect::Value::nothing, "database.write"},
    OptionEffect{"delete-master-logs delete-source-logs", OptionEffect::Value::nothing, "database.remove"},
};

constexpr OptionTable pg_dump_options{"abcCOsSvxwWgoFlt", "fhpUdntTNjZE",
                                      "data-only clean create no-owner schema-only no-privileges verbose "
                                      "if-exists inserts column-inserts globals-only "
                                      "roles-only blobs large-objects no-password password no-acl "
                                      "no-comments quote-all-identifiers serializable-deferrable",
                                      "file host port username dbname schema table exclude-table "
                                      "exclude-schema jobs compress encoding format role "
                                      "exclude-table-data section lock-wait-timeout extension"};
constexpr OptionTable mysqldump_options{
    "ABaCcdeEfKnNqQRrtvVwxYXi", "hPSurTDp",
    "all-databases databases single-transaction routines triggers events quick lock-tables skip-lock-tables "
    "add-drop-table "
    "no-data no-create-info master-data source-data flush-logs hex-blob opt compact verbose force "
    "no-tablespaces "
    "set-gtid-purged column-statistics add-drop-database dump-slave extended-insert complete-insert skip-opt "
    "skip-comments insert-ignore replace compress xml tz-utc allow-keywords dump-date skip-triggers",
    "host port socket user result-file tab default-character-set ignore-table where defaults-file "
    "defaults-extra-file max-allowed-packet password protocol ssl-mode login-path"};
constexpr OptionTable mongo_tool_options{
    "v", "hdcuqopf",
    "gzip oplog quiet ssl tls drop verbose dryRun noIndexRestore stopOnError jsonArray pretty headerline "
    "upsert",
    "host port db collection username password out archive uri query queryFile authenticationDatabase "
    "authenticationMechanism fields type file mode upsertFields limit nsInclude nsExclude nsFrom nsTo"};
constexpr std::array mongo_restore_effects{OptionEffect{"drop", Value::nothing, "database.remove"}};
constexpr std::array restore_effects{
    OptionEffect{"c clean", Value::nothing, "database.remove"},
    OptionEffect{"f file", Value::written},
    OptionEffect{"d dbname C create", Value::nothing, "database.write"},
};
constexpr std::array pg_ctl_verbs{
    Verb{"status", "read"},
    Verb{"start restart reload logrotate", "service.change"},
    Verb{"stop promote kill register unregister initdb init logreopen", "database.settings"},
};
constexpr std::array pg_cluster_verbs{
    Verb{"*/*/status", "read"},
    Verb{"*/*/start */*/restart */*/reload", "service.change"},
    Verb{"*/*/stop */*/promote", "database.settings"},
};
constexpr std::array backrest_verbs{
    Verb{"info check verify version help list-* show-* status diagnose lock ls repo-ls repo-get server-ping "
         "backup-list "
         "config/show cluster/show cluster/matrix cluster/event cluster/crosscheck node/status node/check "
         "service/status "
         "daemon/status list topology history query show-config dsn replication-status wal-show backup-show "
         "wal-verify",
         "read"},
    Verb{"backup archive-push archive-get start stanza-create cron switch-wal switch-xlog receive-wal "
         "backup-push wal-push "
         "wal-fetch reload flush resume create-slot",
         "database.write"},
    Verb{"restore recover delete expire stanza-delete backup-delete backup-fetch delete-backup remove "
         "drop-slot repo-rm",
         "database.remove"},
    Verb{"stop stanza-upgrade switchover failover restart reinit pause edit-config standby/* primary/* "
         "node/* cluster/* "
         "service/* daemon/* keep backup-mark set-* unpause demote-cluster promote-cluster",
         "database.settings"},
};
constexpr std::array mysqladmin_verbs{
    Verb{"status extended-status ping processlist variables version", "read"},
    Verb{"flush-* refresh reload create", "database.write"},
    Verb{"drop", "database.remove"},
    Verb{"shutdown kill password old-password start-* stop-* debug", "database.settings"},
};
constexpr std::array check_effects{
    OptionEffect{"r repair o optimize auto-repair fix-db-names fix-table-names g check-upgrade",
                 Value::nothing, "database.write"},
};
constexpr std::array nodetool_verbs{
    Verb{"status info ring version describecluster describering tpstats tablestats cfstats tablehistograms "
         "proxyhistograms "
         "netstats compactionstats compactionhistory gossipinfo getendpoints gcstats listsnapshots "
         "statusbackup statusgossip "
         "statusbinary statushandoff getlogginglevels getcompactionthroughput getstreamthroughput "
         "getsstables toppartitions "
         "failuredetector clientstats viewbuildstatus getmaxhintwindow help profileload",
         "read"},
    Verb{"flush repair compact cleanup snapshot refresh scrub upgradesstables rebuild reloadlocalschema "
         "setlogginglevel "
         "garbagecollect verify enable* resume* bootstrap set*",
         "database.write"},
    Verb{"clearsnapshot truncatehints invalidate*", "database.remove"},
    Verb{"decommission removenode drain assassinate move stopdaemon disable* stop pause*",
         "database.settings"},
};
/// Below /registry a cluster keeps its secrets.
void judge_etcd_get(const Call& call, const Options& options) {
  const auto get =
      std::ranges::find_if(options.operands, [](const Field& word) { return word.text() == "get"; });
  if (get == options.operands.end() || get + 1 == options.operands.end() || options.has("keys-only")) return;
  const std::string_view key = get[1].text();
  const bool many = has_any(options, "prefix from-key") || get + 2 != options.operands.end();
  const bool above = many && std::string_view("/registry/secrets").starts_with(key);
  if (above || key.starts_with("/registry/secrets")) call.does("secret.read", call.shown());
}
constexpr std::array etcd_verbs{
    Verb{"get", "read", judge_etcd_get},
    Verb{"member/list endpoint/* alarm/list watch version check/* user/list user/get role/list role/get "
         "lease/list "
         "lease/timetolive snapshot/status auth/status ls cluster-health help",
         "read"},
    Verb{"put set mk mkdir lease/grant lease/keep-alive txn defrag alarm/disarm lock elect",
         "database.write"},
    Verb{"snapshot/save backup", "fs.write"},
    Verb{"del rm rmdir lease/revoke compaction compact", "database.remove"},
    Verb{"member/* move-leader snapshot/restore auth/* user/* role/* make-mirror migrate",
         "database.settings"},
};
constexpr std::array listener_verbs{Verb{"status services version", "read"},
                                    Verb{"start reload", "service.change"},
                                    Verb{"stop set", "database.settings"}};
constexpr std::array influxd_verbs{
    Verb{
        "query bucket/list org/list ping task/list telegrafs version help config/list v1/dbrp/list inspect/*",
        "read"},
    Verb{"write backup bucket/create task/create start run", "database.write"},
    Verb{"delete bucket/delete task/delete restore org/delete", "database.remove"},
    Verb{"setup auth/* user/* org/* v1/* config/* secret/* remote/* stop", "database.settings"},
};

/// redis-check-aof and its like look unless they are told to fix.
constexpr std::array fix_effects{OptionEffect{"fix", Value::nothing, "database.write"}};

constexpr Program mysqladmin_row{
    .names = "mysqladmin",
    .options = {"vVfsrbEtwp", "hPSui", "verbose vertical silent force relative no-beep",
                "host port socket user sleep count defaults-file defaults-extra-file login-path"},
    .any_option = true,
    .verbs = mysqladmin_verbs};

/// -pPASSWORD has its value behind it, without a blank.
void judge_mysqladmin(const Call& call) {
  Fields words;
  for (const Field& word : call.words)
    if (words.empty() || !word.known_prefix().starts_with("-p")) words.push_back(word);
  judge_row(mysqladmin_row, {call.name, words, call.directory, call.out});
  // "ping shutdown": one command behind the other, some with an argument.
  const Options options = read_loosely(words, mysqladmin_row.options);
  constexpr std::string_view with_argument = "create drop kill password old-password";
  for (std::size_t i = 0; i < options.operands.size(); ++i) {
    if (i > 0) {
      const Fields next{words[0], options.operands[i]};
      judge_row(mysqladmin_row, {call.name, next, call.directory, call.out});
    }
    if (has_name(with_argument, options.operands[i].text())) ++i;
  }
}

constexpr std::array rows{
    Program{.names = "pg_dump pg_dumpall",
            .options = pg_dump_options,
            .any_option = true,
            .option_effects = dump_effects},
    Program{.names = "mysqldump mariadb-dump",
            .options = mysqldump_options,
            .any_option = true,
            .option_effects = mysqldump_effects},
    Program{.names = "mydumper mysqlpump mysqlbinlog mariadb-binlog",
            .options = mysqldump_options,
            .any_option = true,
            .option_effects = dump_effects},
    Program{.names = "pg_basebackup mongodump mongoexport influx_inspect xtrabackup mariabackup innobackupex "
                     "pg_probackup "
                     "pg_receivewal pg_recvlogical mysqlhotcopy redis-dump",
            .rule = "fs.write",
            .any_option = true,
            .option_effects = dump_effects},
    Program{.names = "pg_restore",
            .options = {"acCeOslvxw1", "dfFhIjLnNpPStTU",
                        "clean create data-only exit-on-error list "
                        "schema-only verbose no-owner if-exists single-transaction no-acl",
                        "dbname file format host jobs port username schema table index role section"},
            .any_option = true,
            .option_effects = restore_effects},
    Program{.names = "mongorestore mongoimport",
            .rule = "database.write",
            .options = mongo_tool_options,
            .any_option = true,
            .shows = "dryRun",
            .option_effects = mongo_restore_effects},
    Program{.names = "pg_isready pg_lsclusters pg_config pg_controldata pg_waldump pg_test_fsync "
                     "pg_test_timing pg_amcheck "
                     "pg_verifybackup pg_activity pg_top pgbadger mysqlshow mariadb-show mysqltuner "
                     "mysqltuner.pl mysqlreport pt-query-digest pt-summary pt-mysql-summary innotop mytop "
                     "mongostat mongotop "
                     "bsondump redis-benchmark innochecksum tnsping perror my_print_defaults memcached-tool "
                     "memcstat sqldiff sqlite3_analyzer clickhouse-benchmark "
                     "cassandra-stress-none sstablemetadata mysqldumpslow pgmetrics resolve_stack_dump",
            .any_option = true},
    Program{.names = "pg_ctl",
            .options = {"cWswo", "DlomtpUSe", "wait no-wait silent", "pgdata log mode timeout options"},
            .any_option = true,
            .verbs = pg_ctl_verbs},
    Program{.names = "pg_ctlcluster", .any_option = true, .verbs = pg_cluster_verbs},
    Program{.names = "createdb pg_createcluster initdb vacuumdb reindexdb clusterdb vacuumlo pgbench "
                     "mysqlimport mysql_upgrade "
                     "mariadb-upgrade mysql_tzinfo_to_sql mysqlslap sysbench mysql_install_db "
                     "mariadb-install-db pg_repack "
                     "pt-online-schema-change gh-ost",
            .rule = "database.write",
            .any_option = true},
    Program{.names = "dropdb pg_dropcluster dropuser droplang pg_archivecleanup pt-archiver",
            .rule = "database.remove",
            .any_option = true},
    Program{.names =
                "createuser pg_resetwal pg_rewind pg_upgrade pg_upgradecluster pg_checksums pg_renamecluster "
                "mysql_secure_installation mariadb-secure-installation mysql_config_editor "
                "mysql_ssl_rsa_setup pt-kill "
                "pt-slave-restart pt-table-sync",
            .rule = "database.settings",
            .any_option = true},
    Program{.names = "pgbackrest barman wal-g patronictl repmgr orchestrator-client",
            .options = {"", "cdfU", "verbose quiet", "stanza config log-level-console set repo type cluster"},
            .any_option = true,
            .verbs = backrest_verbs},
    Program{.names = "mysqladmin mariadb-admin", .judge = judge_mysqladmin},
    Program{.names = "mysqlcheck mariadb-check mysqloptimize mysqlanalyze mysqlrepair",
            .any_option = true,
            .option_effects = check_effects},
    Program{.names = "myisamchk aria_chk myisampack", .rule = "database.write", .any_option = true},
    Program{.names = "redis-check-aof redis-check-rdb", .any_option = true, .option_effects = fix_effects},
    Program{.names = "redis-server redis-sentinel mysqld mysqld_safe mariadbd mongod mongos postgres influxd "
                     "cassandra "
                     "memcached etcd valkey-server",
            .rule = "service.change",
            .any_option = true},
    Program{.names = "nodetool",
            .options = {"", "hpuwf", "", "host port username password"},
            .any_option = true,
            .verbs = nodetool_verbs},
    Program{.names = "etcdctl etcdutl",
            .options = {"wC", "w",
                        "prefix keys-only from-key print-value-only insecure-skip-tls-verify "
                        "cluster prev-kv debug consistency",
                        "endpoints cacert cert key user password write-out dial-timeout "
                        "command-timeout limit order sort-by rev"},
            .any_option = true,
            .verbs = etcd_verbs},
    Program{.names = "lsnrctl", .any_option = true, .verbs = listener_verbs},
    Program{.names = "influx-cli", .any_option = true, .verbs = influxd_verbs},
    Program{.names =
                "sqlplus rman expdp impdp exp imp asmcmd dgmgrl srvctl crsctl cypher-shell neo4j-admin "
                "arangosh zkCli.sh "
                "hbase solr elasticsearch-reset-password elasticsearch-users opensearch-admin couchbase-cli "
                "cbq kudu tarantool mongocryptd",
            .rule = "database.code",
            .any_option = true},
};

}  // namespace

std::span<const Program> database_tools() {
  return rows;
}

}  // namespace mcpssh::guard
