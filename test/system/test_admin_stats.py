"""The statistics: HAProxy 2.6's columns, in its three forms, and what they count."""

import json
import re
import time

import pytest
from admin import Admin
from peer import Behaviour, hold
from waiting import wait_until

HEADER = (
    "# pxname,svname,qcur,qmax,scur,smax,slim,stot,bin,bout,dreq,dresp,ereq,econ,eresp,wretr,wredis,status,weight,act,"
    "bck,chkfail,chkdown,lastchg,downtime,qlimit,pid,iid,sid,throttle,lbtot,tracked,type,rate,rate_lim,rate_max,"
    "check_status,check_code,check_duration,hrsp_1xx,hrsp_2xx,hrsp_3xx,hrsp_4xx,hrsp_5xx,hrsp_other,hanafail,req_rate,"
    "req_rate_max,req_tot,cli_abrt,srv_abrt,comp_in,comp_out,comp_byp,comp_rsp,lastsess,last_chk,last_agt,qtime,ctime,"
    "rtime,ttime,agent_status,agent_code,agent_duration,check_desc,agent_desc,check_rise,check_fall,check_health,"
    "agent_rise,agent_fall,agent_health,addr,cookie,mode,algo,conn_rate,conn_rate_max,conn_tot,intercepted,dcon,dses,"
    "wrew,connect,reuse,cache_lookups,cache_hits,srv_icur,src_ilim,qtime_max,ctime_max,rtime_max,ttime_max,eint,"
    "idle_conn_cur,safe_conn_cur,used_conn_cur,need_conn_est,uweight,agg_server_status,agg_server_check_status,"
    "agg_check_status,-,ssl_sess,ssl_reused_sess,ssl_failed_handshake,h2_headers_rcvd,h2_data_rcvd,h2_settings_rcvd,"
    "h2_rst_stream_rcvd,h2_goaway_rcvd,h2_detected_conn_protocol_errors,h2_detected_strm_protocol_errors,"
    "h2_rst_stream_resp,h2_goaway_resp,h2_open_connections,h2_backend_open_streams,h2_total_connections,"
    "h2_backend_total_streams,h1_open_connections,h1_open_streams,h1_total_connections,h1_total_streams,h1_bytes_in,"
    "h1_bytes_out,h1_spliced_bytes_in,h1_spliced_bytes_out,")

# Rows of HAProxy 2.6.12 in TCP mode, of an idle process; N stands for a number that differs from run to run.
IDLE = [
    "fe,FRONTEND,,,0,0,50,0,0,0,0,0,0,,,,,OPEN,,,,,,,,,1,2,0,,,,0,0,0,0,,,,,,,,,,,0,0,0,,,0,0,0,0,,,,,,,,,,,,,,,,,,,,,tcp"
    ",,0,0,0,,0,0,0,,,,,,,,,,,0,,,,,,,,,-,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,",
    "be,s1,0,0,0,0,,0,0,0,,0,,0,0,0,0,UP,1,1,0,0,0,N,0,,1,3,1,,0,,2,0,,0,L4OK,,N,,,,,,,,,,,0,0,,,,,-1,,,0,0,0,0,,,,Layer4"
    " check passed,,2,3,4,,,,ADDRESS,,tcp,,,,,,,,0,0,0,,,0,,0,0,0,0,0,0,0,0,N,1,,,,-,0,0,0,,,,,,,,,,,,,,,,,,,,,,",
    "be,s2,0,0,0,0,,0,0,0,,0,,0,0,0,0,no check,10,1,0,,,N,,,1,3,2,,0,,2,0,,0,,,,,,,,,,,,,,0,0,,,,,-1,,,0,0,0,0,,,,,,,,,,,,"
    "ADDRESS,,tcp,,,,,,,,0,0,0,,,0,,0,0,0,0,0,0,0,0,N,10,,,,-,0,0,0,,,,,,,,,,,,,,,,,,,,,,",
    "be,s3,0,0,0,0,,0,0,0,,0,,0,0,0,0,DOWN,1,1,0,1,1,N,N,,1,3,3,,0,,2,0,,0,L4CON,,N,,,,,,,,,,,0,0,,,,,-1,Connection "
    "refused,,0,0,0,0,,,,Layer4 connection problem,,2,3,0,,,,ADDRESS,,tcp,,,,,,,,0,0,0,,,0,,0,0,0,0,0,0,0,0,N,1,,,,-,0,0,0"
    ",,,,,,,,,,,,,,,,,,,,,,",
    "be,s4,0,0,0,0,,0,0,0,,0,,0,0,0,0,MAINT,1,0,1,,,N,,,1,3,4,,0,,2,0,,0,,,,,,,,,,,,,,0,0,,,,,-1,,,0,0,0,0,,,,,,,,,,,,"
    "ADDRESS,,tcp,,,,,,,,0,0,0,,,0,,0,0,0,0,0,0,0,0,N,1,,,,-,0,0,0,,,,,,,,,,,,,,,,,,,,,,",
    "be,BACKEND,0,0,0,0,5,0,0,0,0,0,,0,0,0,0,UP,11,2,0,,0,N,0,,1,3,0,,0,,1,0,,0,,,,,,,,,,,,,,0,0,0,0,0,0,-1,,,0,0,0,0,,,,"
    ",,,,,,,,,,tcp,leastconn,,,,,,,0,0,0,,,,,0,0,0,0,0,,,,,11,0,0,0,-,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,",
    "lsn,FRONTEND,,,0,0,100,0,0,0,0,0,0,,,,,OPEN,,,,,,,,,1,4,0,,,,0,0,0,0,,,,,,,,,,,0,0,0,,,0,0,0,0,,,,,,,,,,,,,,,,,,,,,"
    "tcp,,0,0,0,,0,0,0,,,,,,,,,,,0,,,,,,,,,-,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,",
    "lsn,s1,0,0,0,0,,0,0,0,,0,,0,0,0,0,no check,1,1,0,,,N,,,1,4,1,,0,,2,0,,0,,,,,,,,,,,,,,0,0,,,,,-1,,,0,0,0,0,,,,,,,,,,,,"
    "ADDRESS,,tcp,,,,,,,,0,0,0,,,0,,0,0,0,0,0,0,0,0,N,1,,,,-,0,0,0,,,,,,,,,,,,,,,,,,,,,,",
    "lsn,BACKEND,0,0,0,0,10,0,0,0,0,0,,0,0,0,0,UP,1,1,0,,0,N,0,,1,4,0,,0,,1,0,,0,,,,,,,,,,,,,,0,0,0,0,0,0,-1,,,0,0,0,0,,,,"
    ",,,,,,,,,,tcp,ALGORITHM,,,,,,,0,0,0,,,,,0,0,0,0,0,,,,,1,0,0,0,-,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,",
]


def test_the_csv_of_an_idle_process_is_that_of_haproxy(process):
    _, admin, _ = process
    lines = admin.ask("show stat").split("\n")
    assert lines[0] == HEADER
    assert lines[-2:] == ["", ""]
    for expected, line in zip(IDLE, lines[1:-2], strict=True):
        assert re.fullmatch(pattern_for(expected), line), line


def pattern_for(expected):
    """The recorded row as a pattern, field by field."""
    fields = {"N": r"\d+", "ADDRESS": r"[\d.]+:\d+", "ALGORITHM": r"\w+"}
    return ",".join(fields.get(field, re.escape(field)) for field in expected.split(","))


TYPED = re.compile(r"([FBSL])\.(\d+)\.(\d+)\.(\d+)\.([\w-]+)\.1:([MSKCP])([GLMRCDANOa])([PS]):(u32|u64|s32|str):(.*)")
TAGS = {"scur": "MGP:u32", "stot": "MCP:u64", "status": "SGP:str", "pid": "KGP:u32", "iid": "KGS:u32",
        "type": "CGS:u32", "weight": "MaP:u32", "lastchg": "MAP:u32", "lastsess": "MAP:s32", "check_status": "MOP:str",
        "check_duration": "MDP:u64", "slim": "CLP:u32", "smax": "MMP:u32", "addr": "CGS:str", "mode": "CGS:str",
        "downtime": "MCP:u32", "qtime": "MaP:u32", "uweight": "MaP:u32"}


def test_the_typed_form_tells_origin_nature_scope_and_type(process):
    _, admin, _ = process
    lines = admin.ask("show stat typed").strip().split("\n")
    seen = set()
    for line in lines:
        found = TYPED.fullmatch(line)
        assert found, line
        name, label = found[5], f"{found[6]}{found[7]}{found[8]}:{found[9]}"
        if name in TAGS:
            assert label == TAGS[name], line
            seen.add(name)
    assert seen == set(TAGS)
    assert "F.2.0.0.pxname.1:KNS:str:fe" in lines
    assert "B.3.0.33.rate.1:MGP:u32:0" in lines
    assert "S.3.1.19.act.1:SGP:u32:1" in lines


def test_the_json_form_holds_what_the_typed_form_holds(process):
    _, admin, _ = process
    objects = json.loads(admin.ask("show stat json"))
    typed = admin.ask("show stat typed").strip().split("\n")
    assert sum(len(values) for values in objects) == len(typed)
    first = objects[0][0]
    assert first == {"objType": "Frontend", "proxyId": 2, "id": 0, "field": {"pos": 0, "name": "pxname"}, "processNum": 1,
                     "tags": {"origin": "Key", "nature": "Name", "scope": "Service"},
                     "value": {"type": "str", "value": "fe"}}
    assert json.loads(admin.ask("show schema json"))["$schema"]


INFO = """Name Version Release_date Nbthread Nbproc Process_num Pid Uptime Uptime_sec Memmax_MB PoolAlloc_MB PoolUsed_MB
PoolFailed Ulimit-n Maxsock Maxconn Hard_maxconn CurrConns CumConns CumReq MaxSslConns CurrSslConns CumSslConns Maxpipes
PipesUsed PipesFree ConnRate ConnRateLimit MaxConnRate SessRate SessRateLimit MaxSessRate SslRate SslRateLimit MaxSslRate
SslFrontendKeyRate SslFrontendMaxKeyRate SslFrontendSessionReuse_pct SslBackendKeyRate SslBackendMaxKeyRate
SslCacheLookups SslCacheMisses CompressBpsIn CompressBpsOut CompressBpsRateLim Tasks Run_queue Idle_pct node Stopping Jobs
Unstoppable_Jobs Listeners ActivePeers ConnectedPeers DroppedLogs BusyPolling FailedResolutions TotalBytesOut
TotalSplicdedBytesOut BytesOutRate DebugCommandsIssued CumRecvLogs Build_info Memmax_bytes PoolAlloc_bytes PoolUsed_bytes
Start_time_sec Tainted""".split()


def test_the_process_has_the_figures_of_haproxy_in_its_order(process):
    _, admin, _ = process
    lines = admin.ask("show info").strip().split("\n")
    assert [line.partition(":")[0].replace(" ", "_") for line in lines] == INFO
    assert all(line.count(":") == 1 for line in lines if not line.startswith("Uptime:"))
    info = admin.info()
    assert re.fullmatch(r"\d+d \d+h\d\dm\d\ds", info["Uptime"])
    assert (info["Nbproc"], info["Process_num"], info["Maxconn"]) == ("1", "1", "100")
    assert abs(int(info["Start_time_sec"]) - time.time()) < 60


def test_the_figures_are_typed_described_and_in_json(process):
    _, admin, _ = process
    typed = admin.ask("show info typed").strip().split("\n")
    assert re.fullmatch(r"15\.Maxconn\.1:CLP:u32:100", typed[15])
    assert typed[-1] == "71.Tainted.1:SGP:str:0"
    assert 'Nbproc: 1:"Number of started worker processes (historical, always 1)"' in admin.ask("show info desc")
    assert [each["field"]["pos"] for each in json.loads(admin.ask("show info json"))] == \
        [int(line.split(".")[0]) for line in typed]


@pytest.mark.parametrize("command, names", [
    ("show stat fe -1 -1", ["fe/FRONTEND"]),
    ("show stat 3 4 2", ["be/s2"]),
    ("show stat be 4 -1", ["be/s1", "be/s2", "be/s3", "be/s4"]),
    ("show stat -1 4 1", ["be/s1", "lsn/s1"]),
    ("show stat -1 2 -1", ["be/BACKEND", "lsn/BACKEND"]),
    ("show stat lsn 3 -1", ["lsn/FRONTEND", "lsn/BACKEND"]),
    ("show stat 3 4 -1 up", ["be/s1", "be/s2"]),
    ("show stat be 4 -1 no-maint", ["be/s1", "be/s2", "be/s3"]),
    ("show stat domain proxy be 4 1", ["be/s1"]),
    ("show stat 2 4 1", []),
])
def test_a_filter_leaves_what_was_asked_for(process, command, names):
    _, admin, _ = process
    assert [f"{row['pxname']}/{row['svname']}" for row in admin.rows(command)] == names


# ---- what is counted, of spliced alone

@pytest.fixture
def counted(spliced, short_folder):
    """Starts a proxy in front of these servers: counted(section lines...) -> (Admin, Proxy)."""
    def start(*lines, **options):
        path = short_folder / "admin.sock"
        proxy = spliced("\n".join(["[listen web]", "bind = fd@?", *lines]),
                        global_lines=[f"stats socket = {path} level admin"], **options)
        return Admin(path), proxy
    return start


def test_sessions_and_bytes_are_counted_while_they_run_and_afterwards(counted, serve, connect):
    admin, proxy = counted(f"server s1 = {serve().address}")
    peer = connect(proxy)
    peer.send(b"x" * 1000)
    assert peer.read(1000) == b"x" * 1000
    for name in ("FRONTEND", "s1", "BACKEND"):
        row = admin.row("web", name)
        assert [row[column] for column in ("scur", "smax", "stot", "bin", "bout")] == ["1", "1", "1", "1000", "1000"]
    [listener] = admin.rows("show stat web 8 -1")
    assert (listener["svname"], listener["scur"], listener["bin"]) == ("sock-1", "1", "1000")
    assert listener["addr"] == proxy.address
    peer.close()
    wait_until(lambda: admin.row("web", "s1")["scur"] == "0", "the session is over")
    for name in ("FRONTEND", "s1", "BACKEND"):
        row = admin.row("web", name)
        assert [row[column] for column in ("scur", "smax", "stot", "bin", "bout")] == ["0", "1", "1", "1000", "1000"]
    assert admin.row("web", "s1")["lbtot"] == "1"
    assert int(admin.row("web", "s1")["lastsess"]) >= 0
    assert admin.info()["TotalBytesOut"] == "1000"


def test_a_dead_server_costs_a_retry_and_a_redispatch(counted, serve, unanswering, connect):
    dead = serve()
    dead.close()
    admin, proxy = counted("balance = first", f"server s1 = {dead.address}", f"server s2 = {serve().address}")
    peer = connect(proxy)
    peer.send(b"x")
    assert peer.read(1) == b"x"
    row = admin.row("web", "s1")
    assert (row["wretr"], row["wredis"], row["connect"], row["econ"]) == ("1", "1", "1", "0")
    assert admin.row("web", "BACKEND")["wredis"] == "1"


def test_a_session_without_a_server_is_an_error_of_the_backend(counted, serve, connect):
    dead = serve()
    dead.close()
    admin, proxy = counted(f"server s1 = {dead.address}", "retries = 0")
    connect(proxy).drain()
    wait_until(lambda: admin.row("web", "s1")["econ"] == "1", "the failure is counted")
    assert admin.row("web", "BACKEND")["econ"] == "1"


def test_resets_are_counted_as_aborts_of_the_side_that_sent_them(counted, serve, connect):
    server = serve(Behaviour(greeting=b"x", read="none", reset=True))
    admin, proxy = counted(f"server s1 = {server.address}")
    connect(proxy).drain()
    wait_until(lambda: admin.row("web", "s1")["srv_abrt"] == "1", "the server's abort is counted")
    assert admin.row("web", "s1")["cli_abrt"] == "0"


def test_clear_counters_forgets_the_peaks_and_clear_counters_all_the_rest(counted, serve, connect):
    admin, proxy = counted(f"server s1 = {serve(hold).address}")
    peers = [connect(proxy) for _ in range(3)]
    wait_until(lambda: admin.row("web", "s1")["scur"] == "3", "three sessions run")
    for peer in peers[:2]:
        peer.close()
    wait_until(lambda: admin.row("web", "s1")["scur"] == "1", "two are over")
    assert admin.row("web", "s1")["smax"] == "3"
    admin.ask("clear counters")
    for name in ("FRONTEND", "s1", "BACKEND"):
        row = admin.row("web", name)
        assert (row["smax"], row["stot"]) == ("1", "3")
    admin.ask("clear counters all")
    for name in ("FRONTEND", "s1", "BACKEND"):
        row = admin.row("web", name)
        assert (row["scur"], row["smax"], row["stot"]) == ("1", "1", "0")
