-- Reports as browsers send them: `different` violations in turn, each request from an address of its own.
local different = tonumber(os.getenv("DIFFERENT") or "100")
local path = os.getenv("REPORTS") or "/_countersign/reports"
local number = 0

request = function()
    number = number + 1
    local which = number % different
    local body = string.format(
        '{"csp-report":{"document-uri":"https://shop.example/page/%d","referrer":"","violated-directive":"script-src-elem",'
            .. '"effective-directive":"script-src-elem","original-policy":"script-src \'none\'","disposition":"enforce",'
            .. '"blocked-uri":"https://evil-%d.example/x.js","status-code":200,"script-sample":""}}',
        which % 7, which)
    return wrk.format("POST", path, {
        ["Content-Type"] = "application/csp-report",
        ["User-Agent"] = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36",
        ["X-Forwarded-For"] = string.format("10.%d.%d.%d", math.random(0, 255), math.random(0, 255), math.random(1, 254)),
    }, body)
end

done = function(summary, latency)
    io.write(string.format('\n{"requests": %d, "seconds": %f, "refused": %d, "broken": %d, "p99_ms": %f}\n',
        summary.requests, summary.duration / 1e6, summary.errors.status,
        summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout,
        latency:percentile(99) / 1000))
end
