using System.ClientModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using MGLMM.Hosting;
using MGLMM.Mcp;
using MGLMM.Planning;
using MGLMM.Planning.Steps;
using MGLMM.Vision;
using MGLMM.Vision.Contents;
using MGLMM.Vision.Functions;
using MGLMM.Vision.Results;
using MGLMM.Vision.Workspaces;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;

namespace MGLMM.Server.Page;

/// <summary>
/// Runs one turn: lets the planner work on a request, or makes the calls that a control of the page stands for. It tells what happens as it happens,
/// keeps what was made before it is told, and leaves one turn in the history, however it ends.
/// </summary>
internal sealed partial class TurnRunner(
    IConversationLease lease, PageSession session, Planner planner, VisionImage image, TurnRequest request, ChannelWriter<TurnEvent> events, TimeProvider time, ILogger logger)
{
    private const int MostTurnsTold = 30;
    private const double SameMask = 0.9;

    private readonly List<TurnCall> _calls = [];
    private readonly StringBuilder _answer = new();
    private bool _changedLayers;
    private bool _endedWithCall;

    private VisionWorkspace Workspace => lease.Workspace;

    private bool IsChat => request.Calls is not { Count: > 0 };

    private string Message => request.Message is { Length: > 0 } message ? message : request.Calls?[0].Tool ?? string.Empty;

    /// <summary>Runs it; never throws.</summary>
    /// <param name="number">The turn's number.</param>
    /// <param name="cancellationToken">The person has stopped it, or is gone.</param>
    public async Task RunAsync(int number, CancellationToken cancellationToken)
    {
        DateTimeOffset begun = time.GetUtcNow();
        (string outcome, TurnError? error) = (Outcomes.Done, null);
        Tell(new TurnEvent("begun", Turn: number));
        try
        {
            using IDisposable watching = AnswerProgress.Observe(words => Tell(new TurnEvent("words", Text: words)));
            error = await (IsChat ? ChatAsync(cancellationToken) : CallAllAsync(cancellationToken)).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            outcome = Outcomes.Cancelled;
        }
        catch (Exception exception)
        {
            error = Read(exception);
        }

        try
        {
            outcome = error is null ? outcome : Outcomes.Failed;
            session.Add(new Turn
            {
                Number = number,
                Image = image.Handle,
                Kind = IsChat ? TurnKinds.Chat : TurnKinds.Tool,
                Message = Message,
                Time = begun,
                Calls = _calls,
                Answer = _answer.ToString(),
                Outcome = outcome,
                Error = error,
            });
            await lease.SaveAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            LogFailed(logger, exception);
            error ??= new TurnError(ToolErrorCodes.Failed, "The answer could not be kept on the server's disk.", "It is shown until the page is loaded again.");
        }

        if (error is not null)
        {
            Tell(new TurnEvent("error", Error: error));
        }

        Tell(new TurnEvent("page", Page: session.ToRecord()));
        Tell(new TurnEvent("done", Turn: number, Text: outcome));
        events.Complete();
    }

    private async Task<TurnError?> ChatAsync(CancellationToken cancellationToken)
    {
        VisionToolset toolset = await lease.GetToolsetAsync(cancellationToken).ConfigureAwait(false);
        ChatOptions options = new() { Tools = [.. Functions().Select(function => new ReportedFunction(function, this))] };
        await foreach (ChatResponseUpdate update in planner.For(Workspace).GetStreamingResponseAsync(History(toolset.GetBriefing()), options, cancellationToken).ConfigureAwait(false))
        {
            if (update.Text is { Length: > 0 } text)
            {
                // Words before a call and words behind it are not one sentence.
                string piece = _answer.Length > 0 && _endedWithCall ? "\n" + text : text;
                _endedWithCall = false;
                _answer.Append(piece);
                Tell(new TurnEvent("text", Text: piece));
            }
        }

        cancellationToken.ThrowIfCancellationRequested();
        return null;
    }

    private async Task<TurnError?> CallAllAsync(CancellationToken cancellationToken)
    {
        TurnError? failed = null;
        bool succeeded = false;
        foreach (CallRequest call in request.Calls!)
        {
            VisionFunction function = Functions().First(known => known.Name == call.Tool);
            Dictionary<string, JsonElement> arguments = call.Arguments ?? [];
            ToolResult result = await CallAsync(
                function, arguments.Select(argument => new KeyValuePair<string, object?>(argument.Key, argument.Value)), cancellationToken).ConfigureAwait(false);
            if (result is ToolError error)
            {
                failed ??= new TurnError(error.Code, error.Message, error.Try);
                continue;
            }

            succeeded = true;
            if (new FunctionRecord(_calls[^1].Result).Text("model_said") is { Length: > 0 } said)
            {
                string piece = _answer.Length > 0 ? "\n" + said : said;
                _answer.Append(piece);
                Tell(new TurnEvent("text", Text: piece));
            }
        }

        return succeeded ? null : failed;
    }

    /// <summary>Calls a tool, tells of it, shows what it found and keeps it.</summary>
    private async Task<ToolResult> CallAsync(VisionFunction function, IEnumerable<KeyValuePair<string, object?>> arguments, CancellationToken cancellationToken)
    {
        string id = string.Create(CultureInfo.InvariantCulture, $"c{_calls.Count + 1}");
        Dictionary<string, object?> given = arguments.ToDictionary(argument => argument.Key, argument => argument.Value, StringComparer.Ordinal);
        JsonElement told = JsonSerializer.SerializeToElement(given, AIJsonUtilities.DefaultOptions);
        Tell(new TurnEvent("call", Call: id, Tool: function.Name, Arguments: told));
        int newest = Workspace.Regions is [.., { } last] ? last.Number : 0;
        long started = time.GetTimestamp();
        ToolResult result;
        using (Activity? activity = GenAiTelemetry.StartTool(function.Name))
        {
            result = await function.CallAsync(given, cancellationToken).ConfigureAwait(false);
            if (result is ToolError error)
            {
                GenAiTelemetry.SetError(activity, error.Code);
            }
        }

        cancellationToken.ThrowIfCancellationRequested();
        long milliseconds = (long)time.GetElapsedTime(started).TotalMilliseconds;
        using JsonDocument json = JsonDocument.Parse(result.ToJson());
        TurnCall call = new(id, function.Name, told, json.RootElement.Clone(), milliseconds);
        _calls.Add(call);
        _endedWithCall = true;
        if (result is not ToolError)
        {
            Show(function.Name, result, newest);
            await lease.SaveAsync(CancellationToken.None).ConfigureAwait(false);
        }

        Tell(new TurnEvent("result", Call: id, Result: call.Result, Milliseconds: milliseconds));
        Tell(new TurnEvent("page", Page: session.ToRecord(newer: newest)));
        return result;
    }

    /// <summary>
    /// A description of the whole picture takes the place of what the model found before, the parts of a region the place of that region. Whatever else
    /// is new is shown, unless it lies upon something shown already.
    /// </summary>
    private void Show(string tool, ToolResult result, int newest)
    {
        VisionRegion[] ofImage = [.. Workspace.Regions.Where(region => region.Image == image.Handle)];
        VisionRegion[] added = [.. ofImage.Where(region => region.Number > newest)];
        List<LayerSetting> settings = [];
        if (tool == "segment_and_caption" && result is GroundedResult { Regions.Count: > 0 } grounded && grounded.Image == image.Handle)
        {
            HashSet<string> found = [.. Workspace.RegionsInSet(grounded.Set).Concat(added).Select(region => region.Handle), .. grounded.Regions.Select(region => region.Region)];
            settings.AddRange(found.Select(region => LayerSetting.Show(region)));
            settings.AddRange(grounded.Within is { } within && Workspace.TryGetRegion(within, out VisionRegion? whole)
                ? ofImage.Where(region => region == whole || (!found.Contains(region.Handle) && session.IsShown(region.Handle) && IsSame(region, whole)))
                    .Select(region => new LayerSetting(region.Handle, Hidden: true))
                : ofImage.Where(region => region.Model is not null && !found.Contains(region.Handle)).Select(region => LayerSetting.PutAside(region.Handle)));
        }
        else
        {
            VisionRegion[] shown = [.. ofImage.Where(region => region.Number <= newest && session.IsShown(region.Handle))];
            settings.AddRange(added.Select(region => new LayerSetting(
                region.Handle, Removed: false, Aside: shown.Any(other => IsSame(other, region)))));
        }

        session.Change(Message, settings, [.. added.Select(region => region.Handle)], joins: _changedLayers);
        _changedLayers = true;
    }

    private static bool IsSame(VisionRegion one, VisionRegion other) => one.Mask.IntersectionOverUnion(other.Mask) > SameMask;

    /// <summary>The page opens pictures itself.</summary>
    private IEnumerable<VisionFunction> Functions() => lease.Functions.Where(function => function.Name != ConversationCalls.OpenImage);

    /// <summary>What the planner is told: how to work, what was said about this picture, and the request.</summary>
    private List<ChatMessage> History(VisionBriefing briefing)
    {
        List<ChatMessage> messages = [new(ChatRole.System, PlannerPrompt.Of(briefing, image.Handle))];
        foreach (Turn turn in session.State.Turns.Where(turn => turn.Image == image.Handle && turn.Outcome == Outcomes.Done).TakeLast(MostTurnsTold))
        {
            messages.Add(new ChatMessage(ChatRole.User, turn.Kind == TurnKinds.Chat ? turn.Message : $"(On the page, by hand: {turn.Message})"));
            foreach (TurnCall call in turn.Calls)
            {
                string id = string.Create(CultureInfo.InvariantCulture, $"t{turn.Number}_{call.Call}");
                messages.Add(new ChatMessage(ChatRole.Assistant, [new FunctionCallContent(id, call.Tool, Arguments(call.Arguments))]));
                messages.Add(new ChatMessage(ChatRole.Tool, [new FunctionResultContent(id, call.Result)]));
            }

            if (turn.Answer.Length > 0)
            {
                messages.Add(new ChatMessage(ChatRole.Assistant, turn.Answer));
            }
        }

        messages.Add(new ChatMessage(ChatRole.User, Message));
        return messages;
    }

    private static Dictionary<string, object?> Arguments(JsonElement arguments) => arguments.ValueKind == JsonValueKind.Object
        ? arguments.EnumerateObject().ToDictionary(property => property.Name, property => (object?)property.Value, StringComparer.Ordinal)
        : [];

    private TurnError Read(Exception exception)
    {
        if (exception is VisionNotReadyException notReady)
        {
            return new TurnError(
                ToolErrorCodes.NoModel, notReady.Message,
                notReady.RetryAfter is { } wait
                    ? string.Create(CultureInfo.InvariantCulture, $"Ask again in {Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds))} s.")
                    : "Pictures can be opened, drawn on and exported without it.");
        }

        LogFailed(logger, exception);
        return exception switch
        {
            _ when !IsChat || !planner.IsLanguageModel => new TurnError(ToolErrorCodes.Failed, "The request failed inside; the server's log says why.", "Try again."),
            ClientResultException { Status: > 0 } refused => new TurnError(
                "planner_failed", string.Create(CultureInfo.InvariantCulture, $"The planner, {planner.Description}, refused the request (HTTP {refused.Status})."),
                "Check its key and model in the server's environment. The controls of the page work without it."),
            _ => new TurnError(
                "planner_failed", $"The planner, {planner.Description}, does not answer.", "Try again later. The controls of the page work without it."),
        };
    }

    private void Tell(TurnEvent happened) => events.TryWrite(happened);

    [LoggerMessage(Level = LogLevel.Error, Message = "A turn of the page failed.")]
    private static partial void LogFailed(ILogger logger, Exception exception);

    /// <summary>A tool whose calls are told of.</summary>
    private sealed class ReportedFunction(VisionFunction function, TurnRunner turn) : DelegatingAIFunction(function)
    {
        protected override async ValueTask<object?> InvokeCoreAsync(AIFunctionArguments arguments, CancellationToken cancellationToken) =>
            (await turn.CallAsync(function, arguments, cancellationToken).ConfigureAwait(false)).ToJson();
    }
}
