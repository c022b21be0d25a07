using System.Text;
using MGLMM.Hosting;
using Microsoft.Extensions.Options;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace MGLMM.Mcp;

/// <summary>Tells clients that asked for it how far a call is: that the model is being loaded, or what it has said so far.</summary>
internal sealed class ProgressReports(IVisionToolsets toolsets, IOptions<MglmmMcpOptions> options, TimeProvider? time = null)
{
    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <summary>Begins to tell, until the return value is disposed. The model is watched in the caller's flow of control.</summary>
    public IAsyncDisposable Begin(RequestContext<CallToolRequestParams> request) =>
        request.Params?.ProgressToken is { } token ? new Report(this, request.Server, token) : Nothing.Told;

    private sealed class Report : IAsyncDisposable
    {
        private const int LongestTold = 160;

        private readonly ProgressReports _reports;
        private readonly McpServer _server;
        private readonly ProgressToken _token;
        private readonly CancellationTokenSource _ended = new();
        private readonly StringBuilder _said = new();
        private readonly IDisposable _observation;
        private readonly Task _telling;

        public Report(ProgressReports reports, McpServer server, ProgressToken token)
        {
            _reports = reports;
            _server = server;
            _token = token;
            _observation = AnswerProgress.Observe(Said);
            _telling = TellAsync();
        }

        public async ValueTask DisposeAsync()
        {
            _observation.Dispose();
            await _ended.CancelAsync().ConfigureAwait(false);
            await _telling.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _ended.Dispose();
        }

        private void Said(string piece)
        {
            lock (_said)
            {
                _said.Append(piece);
            }
        }

        private async Task TellAsync()
        {
            long started = _reports._time.GetTimestamp();
            using PeriodicTimer timer = new(_reports.Interval, _reports._time);
            while (await timer.WaitForNextTickAsync(_ended.Token).ConfigureAwait(false))
            {
                double seconds = _reports._time.GetElapsedTime(started).TotalSeconds;
                await _server.NotifyProgressAsync(
                    _token, new ProgressNotificationValue { Progress = (float)seconds, Message = MessageOf(seconds) }, options: null, _ended.Token).ConfigureAwait(false);
            }
        }

        private string MessageOf(double seconds)
        {
            if (_reports.Status.State == ModelState.Loading)
            {
                return "The model is being loaded.";
            }

            string said;
            lock (_said)
            {
                said = GroundedText.Parse(_said.ToString(), segmentCount: 0).Caption;
            }

            return said.Length == 0 ? FormattableString.Invariant($"Working for {seconds:F0} s.")
                : said.Length <= LongestTold ? said
                : "... " + said[^LongestTold..];
        }
    }

    private ModelStatus Status => toolsets.Status;

    private TimeSpan Interval => options.Value.ProgressInterval;

    private sealed class Nothing : IAsyncDisposable
    {
        public static readonly Nothing Told = new();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
