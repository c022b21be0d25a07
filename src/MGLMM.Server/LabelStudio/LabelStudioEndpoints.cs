using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using MGLMM.Hosting;
using MGLMM.Mcp;
using MGLMM.Server.Security;
using MGLMM.Vision;
using MGLMM.Vision.Contents;
using MGLMM.Vision.Functions;
using MGLMM.Vision.Results;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace MGLMM.Server.LabelStudio;

/// <summary>
/// Label Studio's protocol for machine learning backends: it asks for pre-labels of tasks and gets brush masks. With labels in the project's setup
/// each is looked for (<c>refer</c>); without, everything is named (<c>segment_and_caption</c>).
/// </summary>
internal static partial class LabelStudioEndpoints
{
    private const int MostTasks = 50;
    private const int MostLabels = 64;
    private const string ModelClass = "MGLMM";

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        RouteGroupBuilder group = endpoints.MapGroup("/label-studio");
        group.MapGet("/", (Delegate)Health);
        group.MapGet("/health", (Delegate)Health);
        group.MapPost("/setup", SetupAsync);
        group.MapPost("/predict", PredictAsync);
        group.MapPost("/webhook", () => Results.Json(new { result = "ok" }, statusCode: StatusCodes.Status201Created));
    }

    private static IResult Health(IVisionToolsets toolsets) => Results.Json(new { status = "UP", model_class = ModelClass, model_version = toolsets.Status.Model });

    private static async Task<IResult> SetupAsync(IVisionToolsets toolsets, CancellationToken cancellationToken)
    {
        try
        {
            return Results.Json(new { model_version = (await toolsets.GetModelAsync(cancellationToken).ConfigureAwait(false)).Card.Name });
        }
        catch (VisionNotReadyException exception)
        {
            return Results.Problem(Problems.Of(StatusCodes.Status503ServiceUnavailable, ToolErrorCodes.NoModel, exception.Message, "Send it again later."));
        }
    }

    private static async Task PredictAsync(
        HttpContext context, IVisionToolsets toolsets, IConversations conversations, ConversationCalls calls, TaskPicture pictures, ILogger<TaskPicture> logger, CancellationToken cancellationToken)
    {
        try
        {
            using JsonDocument request = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: cancellationToken).ConfigureAwait(false);
            (LabelConfig setup, string[] addresses) = Read(request.RootElement);
            IGroundingModel model = await toolsets.GetModelAsync(cancellationToken).ConfigureAwait(false);
            JsonArray results = new();
            foreach (string address in addresses)
            {
                results.Add(await PredictTaskAsync(context, address, setup, model, conversations, calls, pictures, cancellationToken).ConfigureAwait(false));
            }

            await context.Response.WriteAsJsonAsync(new JsonObject { ["results"] = results }, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is ArgumentException or JsonException)
        {
            LogRefused(logger, exception.Message);
            await Problems.WriteAsync(
                context, StatusCodes.Status400BadRequest, ToolErrorCodes.BadArgument, exception is JsonException ? "The request is no JSON." : exception.Message,
                "Check the project's setup and the server's settings.").ConfigureAwait(false);
        }
        catch (VisionNotReadyException exception)
        {
            await Problems.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, ToolErrorCodes.NoModel, exception.Message, "Send it again later.").ConfigureAwait(false);
        }
        catch (LabelStudioException exception)
        {
            if (exception.Error.RetryAfterSeconds is { } seconds)
            {
                context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
            }

            await Problems.WriteAsync(context, Api.ToolStatus.Of(exception.Error.Code), exception.Error.Code, exception.Error.Message, exception.Error.Try).ConfigureAwait(false);
        }
    }

    /// <summary>A request's setup and the addresses of its tasks' pictures.</summary>
    /// <exception cref="ArgumentException">It is no request for pre-labels.</exception>
    private static (LabelConfig Setup, string[] Addresses) Read(JsonElement root)
    {
        try
        {
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("tasks", out JsonElement tasks) || tasks.ValueKind != JsonValueKind.Array)
            {
                throw new ArgumentException("The request has no list of tasks.");
            }

            if (tasks.GetArrayLength() > MostTasks)
            {
                throw new ArgumentException($"The request has {tasks.GetArrayLength()} tasks; at most {MostTasks} are taken at once.");
            }

            LabelConfig setup = LabelConfig.Parse(root.TryGetProperty("label_config", out JsonElement xml) && xml.ValueKind == JsonValueKind.String ? xml.GetString() : null);
            return setup.Labels.Count > MostLabels
                ? throw new ArgumentException($"The setup has {setup.Labels.Count} labels; at most {MostLabels} are looked for.")
                : (setup, [.. tasks.EnumerateArray().Select(task => AddressOf(task, setup))]);
        }
        catch (InvalidOperationException exception)
        {
            // Half of a surrogate pair in a text is found out only by reading it.
            throw new ArgumentException("The request has text that is none.", exception);
        }
    }

    /// <summary>One task's pre-labels. Its picture is in a conversation that is never kept.</summary>
    private static async Task<JsonObject> PredictTaskAsync(
        HttpContext context,
        string address,
        LabelConfig setup,
        IGroundingModel model,
        IConversations conversations,
        ConversationCalls calls,
        TaskPicture pictures,
        CancellationToken cancellationToken)
    {
        byte[] file = await pictures.ReadAsync(address, calls.Limits.MaximumBytes, cancellationToken).ConfigureAwait(false);
        await using IConversationLease lease = await conversations.BeginAsync(ConversationOwner.Of(context.User), cancellationToken).ConfigureAwait(false);
        OpenedImageResult opened = Expect<OpenedImageResult>((await calls.OpenAsync(lease, "task", file, cancellationToken, keeps: false).ConfigureAwait(false)).Result);
        VisionToolset toolset = await lease.GetToolsetAsync(cancellationToken).ConfigureAwait(false);
        JsonArray results = new();
        if (setup.Labels.Count == 0)
        {
            Expect<GroundedResult>(await toolset.SegmentAndCaptionAsync(opened.Image, cancellationToken: cancellationToken).ConfigureAwait(false));
            foreach (VisionRegion region in lease.Workspace.RegionsOf(opened.Image))
            {
                results.Add(BrushResult.Of(region.Handle, region, opened, setup, region.Phrase ?? "region"));
            }
        }

        foreach (LabelConfig.Label label in setup.Labels)
        {
            GroundedResult found = Expect<GroundedResult>(await toolset.ReferAsync(opened.Image, label.Expression, cancellationToken: cancellationToken).ConfigureAwait(false));
            foreach (VisionRegion region in lease.Workspace.RegionsInSet(found.Set))
            {
                // The same mask is the same region, whichever label found it.
                string id = string.Create(CultureInfo.InvariantCulture, $"{region.Handle}-{results.Count + 1}");
                results.Add(BrushResult.Of(id, region, opened, setup, label.Value));
            }
        }

        return new JsonObject { ["model_version"] = model.Card.Name, ["result"] = results };
    }

    private static string AddressOf(JsonElement task, LabelConfig setup)
    {
        if (task.ValueKind == JsonValueKind.Object && task.TryGetProperty("data", out JsonElement data) && data.ValueKind == JsonValueKind.Object)
        {
            if (setup.DataKey is { } key && data.TryGetProperty(key, out JsonElement named) && named.ValueKind == JsonValueKind.String)
            {
                return named.GetString()!;
            }

            if (setup.DataKey is null && data.EnumerateObject().FirstOrDefault(field => field.Value.ValueKind == JsonValueKind.String) is { Value.ValueKind: JsonValueKind.String } first)
            {
                return first.Value.GetString()!;
            }
        }

        throw new ArgumentException($"A task has no picture under data.{setup.DataKey ?? "image"}.");
    }

    private static T Expect<T>(ToolResult result)
        where T : ToolResult => result as T ?? throw new LabelStudioException((ToolError)result);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Label Studio's request was refused: {Reason}")]
    private static partial void LogRefused(ILogger logger, string reason);

    /// <summary>A tool could not do its part.</summary>
    private sealed class LabelStudioException(ToolError error) : Exception(error.Message)
    {
        public ToolError Error { get; } = error;
    }
}
