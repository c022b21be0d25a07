using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Reflection;
using System.Text.Json;
using MGLMM.Vision.Diagnostics;
using MGLMM.Vision.Results;
using MGLMM.Vision.Tests.Support;
using Microsoft.Extensions.Logging;

namespace MGLMM.Vision.Tests.Diagnostics;

/// <summary>What an observer is told of each call, and what not.</summary>
public sealed class TelemetryTests : IDisposable
{
    private readonly string _name = $"observed-{Guid.NewGuid():N}";
    private readonly OracleTools _oracle;
    private readonly OracleModel _model;
    private readonly ConcurrentQueue<Activity> _activities = [];
    private readonly ConcurrentQueue<(string Instrument, double Value, Dictionary<string, object?> Tags)> _measurements = [];
    private readonly ActivityListener _listener;
    private readonly MeterListener _meter;

    public TelemetryTests(OracleTools oracle)
    {
        _oracle = oracle;

        // Other tests run at the same time; ours are those of this model's name.
        _model = new OracleModel(card => card with { Name = _name });
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == VisionTelemetry.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                if (Equals(activity.GetTagItem(VisionTelemetry.ModelTag), _name))
                {
                    _activities.Enqueue(activity);
                }
            },
        };
        ActivitySource.AddActivityListener(_listener);
        _meter = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == VisionTelemetry.Name)
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        _meter.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Take(instrument, value, tags));
        _meter.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Take(instrument, value, tags));
        _meter.Start();
    }

    public void Dispose()
    {
        _meter.Dispose();
        _listener.Dispose();
        _model.Dispose();
    }

    [Fact]
    public void Durations_are_told_apart_from_milliseconds_to_minutes()
    {
        List<Histogram<double>> durations = [];
        using MeterListener listener = new()
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter.Name == VisionTelemetry.Name && instrument is Histogram<double> { Unit: "s" } histogram)
                {
                    durations.Add(histogram);
                }
            },
        };
        listener.Start();
        Assert.Equal(["mglmm.stage.duration", "mglmm.tool.duration"], durations.Select(histogram => histogram.Name).Order(StringComparer.Ordinal));
        Assert.All(durations, histogram =>
        {
            IReadOnlyList<double> bounds = histogram.Advice!.HistogramBucketBoundaries!;
            Assert.Equal(bounds.Order(), bounds);
            Assert.InRange(bounds.Count(bound => bound < 1), 5, 10);
            Assert.True(bounds[^1] >= 300);
        });
    }

    [Fact]
    public async Task Each_call_is_an_activity_whose_stages_sum_to_the_whole()
    {
        VisionToolset toolset = _oracle.NewToolset(model: _model);
        await toolset.OpenImageAsync("landscape");
        AnswerTimings timings = (await toolset.SegmentAndCaptionAsync("img1", "instance").As<GroundedResult>()).Timings!;
        Activity activity = _activities.Single(activity => activity.OperationName == "mglmm.tool segment_and_caption");
        Assert.Equal("segment_and_caption", activity.GetTagItem(VisionTelemetry.ToolTag));
        Assert.Equal("ok", activity.GetTagItem(VisionTelemetry.OutcomeTag));
        Assert.Equal("img1", activity.GetTagItem(VisionTelemetry.ImageTag));
        Assert.Equal("instance", activity.GetTagItem(VisionTelemetry.GranularityTag));
        Assert.Equal(3, activity.GetTagItem(VisionTelemetry.RegionsTag));
        Assert.Equal(1L, activity.GetTagItem("mglmm.answer_count"));
        Assert.Equal(0L, activity.GetTagItem("mglmm.tokens.reused"));
        Assert.True((long)activity.GetTagItem("mglmm.tokens.generated")! > 10);
        Assert.True((long)activity.GetTagItem("mglmm.tokens.prompt")! > 10);
        Assert.Equal(ActivityStatusCode.Unset, activity.Status);

        // Each stage as the engine measured it; together no more than the whole.
        double whole = (double)activity.GetTagItem("mglmm.answer_seconds")!;
        KeyValuePair<string, object?>[] stages = activity.TagObjects.Where(tag => tag.Key.StartsWith("mglmm.stage.", StringComparison.Ordinal)).ToArray();
        Assert.Equal(7, stages.Length);
        Assert.Equal(timings.Total.TotalSeconds, whole);
        foreach ((string stage, TimeSpan time) in ((string, TimeSpan)[])
            [
                ("queue", timings.Queue), ("global_encoder", timings.GlobalEncoder), ("prefill", timings.Prefill), ("decode", timings.Decode),
                ("grounding_encoder", timings.GroundingEncoder), ("mask_decoder", timings.MaskDecoder), ("postprocessing", timings.Postprocessing),
            ])
        {
            Assert.Equal(time.TotalSeconds, activity.GetTagItem($"mglmm.stage.{stage}_seconds"));
        }

        Assert.InRange(stages.Sum(stage => (double)stage.Value!), double.Epsilon, whole * 1.001);
        Assert.True(activity.Duration.TotalSeconds >= whole * 0.99);
        Assert.Equal(VisionTelemetry.AnswerEvent, Assert.Single(activity.Events).Name);

        Assert.Equal("img1", _activities.Single(activity => activity.OperationName == "mglmm.tool open_image").GetTagItem(VisionTelemetry.ImageTag));
    }

    [Fact]
    public async Task What_was_kept_from_before_is_told()
    {
        VisionToolset toolset = _oracle.NewToolset(model: _model);
        await toolset.OpenImageAsync("landscape");
        await toolset.SegmentAndCaptionAsync("img1");
        await toolset.SegmentAndCaptionAsync("img1");
        Activity again = _activities.Last();
        Assert.Equal(1L, again.GetTagItem("mglmm.global_encoder_skipped"));
        Assert.Equal(1L, again.GetTagItem("mglmm.grounding_encoder_skipped"));
        Assert.True((long)again.GetTagItem("mglmm.tokens.reused")! > 0);
        Assert.Equal(1, Sum("mglmm.cache.lookups", ("mglmm.cache", "global_encoder"), ("mglmm.cache.result", "hit")));
        Assert.Equal(1, Sum("mglmm.cache.lookups", ("mglmm.cache", "global_encoder"), ("mglmm.cache.result", "miss")));
        Assert.Equal(1, Sum("mglmm.cache.lookups", ("mglmm.cache", "prompt"), ("mglmm.cache.result", "hit")));
    }

    [Fact]
    public async Task Instruments_count_calls_stages_and_tokens()
    {
        VisionToolset toolset = _oracle.NewToolset(model: _model);
        await toolset.OpenImageAsync("landscape");
        GroundedResult result = await toolset.SegmentAndCaptionAsync("img1").As<GroundedResult>();
        await toolset.CaptionAsync("img9").Fails(ToolErrorCodes.UnknownHandle);
        await toolset.CaptionAsync("img1", cancellationToken: new CancellationToken(canceled: true)).Fails(ToolErrorCodes.Cancelled);
        Assert.Equal(4, Sum("mglmm.tool.calls"));
        Assert.Equal(1, Sum("mglmm.tool.calls", (VisionTelemetry.ToolTag, "caption"), (VisionTelemetry.OutcomeTag, "unknown_handle")));
        Assert.Equal(1, Sum("mglmm.tool.calls", (VisionTelemetry.ToolTag, "caption"), (VisionTelemetry.OutcomeTag, "cancelled")));
        Assert.Equal(4, _measurements.Count(measurement => measurement.Instrument == "mglmm.tool.duration"));
        Assert.Equal(result.Timings!.Decode.TotalSeconds, Sum("mglmm.stage.duration", (VisionTelemetry.StageTag, "decode")), 9);
        Assert.Equal(result.Timings.PromptPositions, Sum("mglmm.tokens", ("mglmm.token.kind", "prompt")));
        Assert.True(Sum("mglmm.tokens", ("mglmm.token.kind", "generated")) > 10);

        // Over all workspaces of the process, so at least ours.
        _measurements.Clear();
        _meter.RecordObservableInstruments();
        Assert.True(Sum("mglmm.workspace.count") >= 1);
        Assert.True(Sum("mglmm.workspace.images") >= 1);
        Assert.True(Sum("mglmm.workspace.regions") >= 3);
        Assert.True(Sum("mglmm.workspace.bytes") >= 97 * 61 * 3);
        GC.KeepAlive(toolset);
    }

    [Fact]
    public async Task Errors_are_tagged_with_their_code_and_with_no_words()
    {
        VisionToolset toolset = _oracle.NewToolset(model: _model);
        await toolset.OpenImageAsync("landscape");
        await toolset.SegmentAndCaptionAsync("img1", "purple").Fails(ToolErrorCodes.BadGranularity);
        Activity activity = _activities.Last();
        Assert.Equal(ToolErrorCodes.BadGranularity, activity.GetTagItem("error.type"));
        Assert.Equal((ActivityStatusCode.Error, ToolErrorCodes.BadGranularity), (activity.Status, activity.StatusDescription));
        Assert.Equal("img1", activity.GetTagItem(VisionTelemetry.ImageTag));
        Assert.Null(activity.GetTagItem(VisionTelemetry.GranularityTag));
    }

    [Fact]
    public async Task No_word_of_a_user_or_a_model_is_told()
    {
        RecordedLog log = new();
        VisionToolset toolset = new(_model, options: new VisionToolsetOptions { MaximumNewTokens = 24, Inputs = new() { AllowedHosts = ["secret-host.test"] } }, loggerFactory: log);
        toolset.AddImage("secret name.png", File.ReadAllBytes(OracleData.Image("landscape_97x61.png")));
        await toolset.OpenImageAsync("secret name.png").As<OpenedImageResult>();
        await toolset.OpenImageAsync("https://other.secret-host.test/secret.png").Fails(ToolErrorCodes.NotAllowed);
        await toolset.SegmentAndCaptionAsync("img1").As<GroundedResult>();
        await toolset.ReferAsync("img1", "secret red barn");
        await toolset.ReferAsync("img1", "secret", "secret handle").Fails(ToolErrorCodes.UnknownHandle);
        await toolset.AskAsync("img1", "secret question?");
        await toolset.AskAsync("img1", "secret follow-up?", followUp: true);
        await toolset.CaptionAsync("img1", "m1", "secret").Fails(ToolErrorCodes.BadArgument);
        string[] told =
        [
            .. _activities.SelectMany(activity => activity.TagObjects.Concat(activity.Events.SelectMany(said => said.Tags)).Select(tag => $"{tag.Key}={tag.Value}").Append(activity.DisplayName).Append(activity.StatusDescription ?? string.Empty)),
            .. _measurements.SelectMany(measurement => measurement.Tags.Select(tag => $"{tag.Key}={tag.Value}")),
            .. log.Lines.Where(line => line.Level > LogLevel.Trace).Select(line => line.Text),
        ];
        Assert.True(told.Length > 100);
        Assert.All(told, said =>
        {
            foreach (string word in (string[])["secret", "barn", "pond", "sky", "question", "Could you"])
            {
                Assert.DoesNotContain(word, said, StringComparison.OrdinalIgnoreCase);
            }
        });

        // At Trace the host has asked for it.
        Assert.Contains(log.Lines, line => line.Level == LogLevel.Trace && line.Text.Contains("secret question?", StringComparison.Ordinal));
        Assert.Contains(log.Lines, line => line.Level == LogLevel.Debug && line.Text.Contains("refer", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Every_tool_is_measured_under_the_name_that_callers_know()
    {
        VisionToolset toolset = _oracle.NewToolset(model: _model);
        foreach (MethodInfo method in AnyCall.Tools)
        {
            await AnyCall.Of(toolset, method, new Random(1));

            // SegmentAndCaptionAsync is segment_and_caption.
            string name = JsonNamingPolicy.SnakeCaseLower.ConvertName(method.Name[..^"Async".Length]);
            Assert.Equal(name, _activities.Last().GetTagItem(VisionTelemetry.ToolTag));
        }
    }

    [Fact]
    public async Task Nobody_listening_is_no_fault_and_the_hosts_activity_is_left_alone()
    {
        _listener.Dispose();
        using Activity host = new Activity("host").Start();
        VisionToolset toolset = _oracle.NewToolset(model: _model);
        await toolset.OpenImageAsync("landscape").As<OpenedImageResult>();
        await toolset.SegmentAndCaptionAsync("img1").As<GroundedResult>();
        Assert.Empty(host.TagObjects);
        Assert.Same(host, Activity.Current);
    }

    private double Sum(string instrument, params (string Key, string Value)[] tags) => _measurements
        .Where(measurement => measurement.Instrument == instrument && tags.All(tag => Equals(measurement.Tags.GetValueOrDefault(tag.Key), tag.Value)))
        .Sum(measurement => measurement.Value);

    private void Take(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        Dictionary<string, object?> map = tags.ToArray().ToDictionary();
        if (instrument.IsObservable || Equals(map.GetValueOrDefault(VisionTelemetry.ModelTag), _name))
        {
            _measurements.Enqueue((instrument.Name, value, map));
        }
    }

    private sealed class RecordedLog : ILoggerFactory, ILogger
    {
        public ConcurrentQueue<(LogLevel Level, string Text)> Lines { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue((logLevel, formatter(state, exception)));

        public void Dispose()
        {
        }
    }
}
