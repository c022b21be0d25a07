using System.Diagnostics;
using MGLMM.Vision.Results;

namespace MGLMM.Vision.Diagnostics;

/// <summary>A call of a tool under way.</summary>
internal sealed class ToolCall : IDisposable
{
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly string _tool;
    private readonly string _model;
    private readonly Activity? _activity;

    public ToolCall(string tool, string model, Activity? activity)
    {
        _tool = tool;
        _model = model;
        _activity = activity;
        activity?.SetTag(VisionTelemetry.ToolTag, tool).SetTag(VisionTelemetry.ModelTag, model);
    }

    /// <summary>How long it took; zero before <see cref="End"/>.</summary>
    public TimeSpan Elapsed { get; private set; }

    public void End(ToolResult result)
    {
        Elapsed = Stopwatch.GetElapsedTime(_started);
        VisionTelemetry.RecordCall(_tool, _model, result, Elapsed, _activity);
    }

    public void Dispose() => _activity?.Dispose();
}
