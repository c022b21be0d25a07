using System.Text.Json;
using System.Threading.Channels;
using MGLMM.Hosting;
using MGLMM.Masks;
using MGLMM.Mcp;
using MGLMM.Server.Api;
using MGLMM.Server.Events;
using MGLMM.Server.Security;
using MGLMM.Vision;
using MGLMM.Vision.Contents;
using MGLMM.Vision.Functions;
using MGLMM.Vision.Results;
using MGLMM.Vision.Workspaces;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;

namespace MGLMM.Server.Page;

/// <summary>
/// What the page needs beside the tools: turns of a chat as a stream of events, layers that are renamed, hidden, joined and taken back, and regions of
/// a person's own. Below <c>/api</c>, under its rules: everything belongs to a conversation of the caller's.
/// </summary>
internal static class PageEndpoints
{
    private const string Json = "application/json";
    private const string Png = "image/png";
    private const int MostCalls = 100;
    private const int LongestMessage = 4_000;
    private const int MostRegions = 1_000;
    private const int MostPoints = 200_000;
    private const string DrawnByHand = "drawn by the user";

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        RouteGroupBuilder conversation = endpoints.MapGroup("/api/conversations/{conversation}");
        conversation.MapGet("/page", PageAsync);
        conversation.MapPost("/turns", TurnAsync);
        conversation.MapPost("/edits", EditAsync);
        conversation.MapPost("/undo", (HttpContext context, string conversation, IConversations conversations) => RevertAsync(context, conversation, conversations, again: false));
        conversation.MapPost("/redo", (HttpContext context, string conversation, IConversations conversations) => RevertAsync(context, conversation, conversations, again: true));
        conversation.MapPost("/images/{image}/regions", AddRegionAsync);
    }

    private static Task PageAsync(HttpContext context, string conversation, IConversations conversations) =>
        WithAsync(context, conversation, conversations, lease => WriteAsync(context, PageSession.Of(lease.Workspace).ToRecord(withTurns: true)));

    private static async Task TurnAsync(
        HttpContext context, string conversation, IConversations conversations, Planner planner, ILogger<TurnRunner> logger, TimeProvider? time = null)
    {
        if (await ReadAsync(context, PageJson.Default.TurnRequest).ConfigureAwait(false) is not { } request)
        {
            return;
        }

        await WithAsync(context, conversation, conversations, async lease =>
        {
            string? wrong = WrongWith(request, lease);
            if (wrong is not null)
            {
                await Problems.WriteAsync(context, StatusCodes.Status400BadRequest, ToolErrorCodes.BadArgument, wrong, "Send a message, or calls of tools with their arguments.").ConfigureAwait(false);
                return;
            }

            if (!lease.Workspace.TryGetImage(request.Image ?? lease.Workspace.Images[^1].Handle, out VisionImage? image))
            {
                await ApiEndpoints.NotFoundAsync(context, "image").ConfigureAwait(false);
                return;
            }

            PageSession session = PageSession.Of(lease.Workspace);
            using PageSession.TurnUnderWay? turn = await session.BeginTurnAsync(time ?? TimeProvider.System, context.RequestAborted).ConfigureAwait(false);
            if (turn is null)
            {
                await Problems.WriteAsync(
                    context, StatusCodes.Status409Conflict, ToolErrorCodes.Busy, "Another request of this conversation is being answered.", "Wait until it is done, or stop it.").ConfigureAwait(false);
                return;
            }

            Channel<TurnEvent> events = Channel.CreateUnbounded<TurnEvent>(new UnboundedChannelOptions { SingleReader = true });
            TurnRunner runner = new(lease, session, planner, image, request, events.Writer, time ?? TimeProvider.System, logger);
            Task running = Task.Run(() => runner.RunAsync(turn.Number, context.RequestAborted));
            await StreamAsync(context, new EventStream(context, time ?? TimeProvider.System), events.Reader).ConfigureAwait(false);
            await running.ConfigureAwait(false);
        }).ConfigureAwait(false);
    }

    /// <summary>Sends events as they come. Where the client has left, the rest is read and dropped: the turn ends by itself.</summary>
    private static async Task StreamAsync(HttpContext context, EventStream stream, ChannelReader<TurnEvent> events)
    {
        await foreach (TurnEvent happened in stream.FollowAsync(events.ReadAllAsync(CancellationToken.None)).ConfigureAwait(false))
        {
            if (context.RequestAborted.IsCancellationRequested)
            {
                continue;
            }

            byte[] json = JsonSerializer.SerializeToUtf8Bytes(happened, PageJson.Readable.TurnEvent);
            try
            {
                await stream.SendAsync(json, context.RequestAborted).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is OperationCanceledException or IOException)
            {
                // Gone between the check and the write.
            }
        }
    }

    private static string? WrongWith(TurnRequest request, IConversationLease lease) => request switch
    {
        _ when lease.Workspace.Images.Count == 0 => "No picture is open in this conversation.",
        { Message.Length: > LongestMessage } => $"The message is longer than {LongestMessage} characters.",
        { Calls.Count: > MostCalls } => $"More than {MostCalls} calls are not made in one turn.",
        { Calls.Count: > 0 } => request.Calls.FirstOrDefault(call => call is null || call.Tool == ConversationCalls.OpenImage || lease.Functions.All(known => known.Name != call.Tool)) is not null
            || request.Calls.Any(call => call is null)
                ? "A call names no tool that a turn may call."
                : null,
        _ => string.IsNullOrWhiteSpace(request.Message) ? "The message is empty." : null,
    };

    private static Task RevertAsync(HttpContext context, string conversation, IConversations conversations, bool again) =>
        WithAsync(context, conversation, conversations, async lease =>
        {
            PageSession session = PageSession.Of(lease.Workspace);
            if (!session.Revert(again))
            {
                await Problems.WriteAsync(
                    context, StatusCodes.Status409Conflict, "nothing_to_undo", again ? "There is nothing to make again." : "There is nothing to take back.", "Go on.").ConfigureAwait(false);
                return;
            }

            await lease.SaveAsync(CancellationToken.None).ConfigureAwait(false);
            await WriteAsync(context, session.ToRecord()).ConfigureAwait(false);
        });

    private static async Task EditAsync(HttpContext context, string conversation, IConversations conversations, TimeProvider? time = null)
    {
        if (await ReadAsync(context, PageJson.Default.EditRequest).ConfigureAwait(false) is not { } request)
        {
            return;
        }

        await WithAsync(context, conversation, conversations, async lease =>
        {
            VisionWorkspace workspace = lease.Workspace;
            VisionRegion[]? regions = Find(workspace, request.Regions);
            VisionRegion[]? others = Find(workspace, request.Others ?? []);
            if (regions is null || others is null)
            {
                await ApiEndpoints.NotFoundAsync(context, "region").ConfigureAwait(false);
                return;
            }

            PageSession session = PageSession.Of(workspace);
            int newest = workspace.Regions is [.., { } last] ? last.Number : 0;
            string names = string.Join(", ", regions.Select(NameOf));
            string? wrong = regions.Length == 0 ? "The edit names no region." : null;
            switch (request.Edit)
            {
                case "rename" when wrong is null:
                    session.Change($"Rename {names}", regions.Select(region => new LayerSetting(region.Handle, Phrase: request.Phrase?.Trim() ?? string.Empty)));
                    break;
                case "show" when wrong is null:
                    session.Change($"Show {names}", regions.Select(region => LayerSetting.Show(region.Handle)));
                    break;
                case "hide" when wrong is null:
                    session.Change($"Hide {names}", regions.Select(region => new LayerSetting(region.Handle, Hidden: true)));
                    break;
                case "remove" when wrong is null:
                    session.Change($"Remove {names}", regions.Select(region => new LayerSetting(region.Handle, Removed: true)));
                    break;
                case "only" when wrong is null:
                    // The model's other regions give way; those of a person stay.
                    session.Change(
                        string.IsNullOrWhiteSpace(request.Phrase) ? $"Show only {names}" : request.Phrase.Trim(),
                        [
                            .. regions.Select(region => LayerSetting.Show(region.Handle)),
                            .. workspace.RegionsOf(regions[0].Image).Where(region => region.Model is not null && !regions.Contains(region)).Select(region => LayerSetting.PutAside(region.Handle)),
                        ]);
                    break;
                case "replace" when wrong is null:
                    session.Change(
                        string.IsNullOrWhiteSpace(request.Phrase) ? $"Show {names}" : request.Phrase.Trim(),
                        [.. others.Select(region => new LayerSetting(region.Handle, Hidden: true)), .. regions.Select(region => LayerSetting.Show(region.Handle))]);
                    break;
                case "merge" when wrong is null:
                    wrong = regions.Length < 2 ? "Two regions or more are merged." : await CombineAsync("union", $"Merge {names}").ConfigureAwait(false);
                    break;
                case "subtract" when wrong is null:
                    wrong = others.Length == 0 ? "Nothing is named to be taken away."
                        : await CombineAsync("subtract", $"Subtract {string.Join(", ", others.Select(NameOf))} from {names}").ConfigureAwait(false);
                    break;
                default:
                    wrong ??= "There is no such edit.";
                    break;
            }

            if (wrong is not null)
            {
                await Problems.WriteAsync(
                    context, StatusCodes.Status400BadRequest, ToolErrorCodes.BadArgument, wrong, "Use rename, show, hide, only, replace, remove, merge or subtract, with the handles of regions.").ConfigureAwait(false);
                return;
            }

            await lease.SaveAsync(CancellationToken.None).ConfigureAwait(false);
            await WriteAsync(context, session.ToRecord(withTurns: request.Edit is "merge" or "subtract", newer: newest)).ConfigureAwait(false);

            // Geometry by the tool that planners call, so that they know of it.
            async Task<string?> CombineAsync(string operation, string label)
            {
                Dictionary<string, object?> arguments = new() { ["operation"] = operation, ["regions"] = string.Join(", ", regions.Select(region => region.Handle)) };
                if (operation == "subtract")
                {
                    arguments["others"] = string.Join(", ", others.Select(region => region.Handle));
                }

                long started = (time ?? TimeProvider.System).GetTimestamp();
                VisionFunction function = lease.Functions.First(known => known.Name == "combine_regions");
                ToolResult result = await function.CallAsync(arguments, context.RequestAborted).ConfigureAwait(false);
                if (result is ToolError error)
                {
                    return error.Message;
                }

                RegionsResult made = (RegionsResult)result;
                if (made.Regions.Count == 0)
                {
                    return "Nothing would be left.";
                }

                List<LayerSetting> settings = [.. made.Regions.Select(region => LayerSetting.Show(region.Region, string.IsNullOrWhiteSpace(request.Phrase) ? null : request.Phrase.Trim()))];
                settings.AddRange(regions.Where(region => made.Regions.All(kept => kept.Region != region.Handle)).Select(region => new LayerSetting(region.Handle, Removed: true)));
                session.Change(label, settings, [.. workspace.Regions.Where(region => region.Number > newest).Select(region => region.Handle)]);
                session.AddEdit(
                    made.Image, label, (time ?? TimeProvider.System).GetUtcNow(),
                    new TurnCall(
                        "c1", function.Name, JsonSerializer.SerializeToElement(arguments, Microsoft.Extensions.AI.AIJsonUtilities.DefaultOptions),
                        JsonSerializer.Deserialize<JsonElement>(result.ToJson()), (long)(time ?? TimeProvider.System).GetElapsedTime(started).TotalMilliseconds));
                return null;
            }
        }).ConfigureAwait(false);
    }

    private static async Task AddRegionAsync(HttpContext context, string conversation, string image, IConversations conversations, string? phrase = null, TimeProvider? time = null)
    {
        RegionRequest? request;
        byte[]? png = null;
        if (context.Request.ContentType?.Split(';')[0].Trim().Equals(Png, StringComparison.OrdinalIgnoreCase) == true)
        {
            using MemoryStream bytes = new();
            await context.Request.Body.CopyToAsync(bytes, context.RequestAborted).ConfigureAwait(false);
            (request, png) = (new RegionRequest(phrase), bytes.ToArray());
        }
        else
        {
            request = await ReadAsync(context, PageJson.Default.RegionRequest).ConfigureAwait(false);
        }

        if (request is null)
        {
            return;
        }

        await WithAsync(context, conversation, conversations, async lease =>
        {
            VisionWorkspace workspace = lease.Workspace;
            if (!workspace.TryGetImage(image, out VisionImage? picture))
            {
                await ApiEndpoints.NotFoundAsync(context, "image").ConfigureAwait(false);
                return;
            }

            HostRegion about = new() { Phrase = request.Phrase, Origin = string.IsNullOrWhiteSpace(request.Origin) ? DrawnByHand : request.Origin, Within = request.Within };
            int newest = workspace.Regions is [.., { } last] ? last.Number : 0;
            VisionRegion region;
            try
            {
                region = await Task.Run(() => Add(workspace, picture, request, png, about)).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is ArgumentException or FormatException or KeyNotFoundException)
            {
                await Problems.WriteAsync(
                    context, StatusCodes.Status400BadRequest, ToolErrorCodes.BadArgument, exception.Message.Split(" (Parameter '")[0],
                    "Send a mask of the picture's size as {\"size\": [height, width], \"counts\": \"...\"}, polygons as GeoJSON's MultiPolygon in pixels, or a mask as image/png.").ConfigureAwait(false);
                return;
            }

            PageSession session = PageSession.Of(workspace);
            session.Change($"Add {NameOf(region)}", [LayerSetting.Show(region.Handle)], region.Number > newest ? [region.Handle] : []);
            session.AddEdit(picture.Handle, $"{region.Handle} is {NameOf(region)}, {about.Origin}", (time ?? TimeProvider.System).GetUtcNow());
            await lease.SaveAsync(CancellationToken.None).ConfigureAwait(false);
            context.Response.StatusCode = StatusCodes.Status201Created;
            context.Response.Headers.Location = $"/api/conversations/{workspace.Conversation}/regions/{region.Handle}";
            await WriteAsync(context, session.ToRecord(withTurns: true, newer: region.Number - 1) with { Regions = [RegionWithMask.Of(region)] }).ConfigureAwait(false);
        }).ConfigureAwait(false);
    }

    private static VisionRegion Add(VisionWorkspace workspace, VisionImage picture, RegionRequest request, byte[]? png, HostRegion about)
    {
        if (png is not null)
        {
            return workspace.AddMaskPng(picture.Handle, png, about);
        }

        if (request.Mask is { } mask)
        {
            return workspace.AddRegion(picture.Handle, mask, about);
        }

        if (request.Polygons is not { Length: > 0 } polygons)
        {
            throw new ArgumentException("There is neither a mask nor a polygon.");
        }

        if (polygons.Sum(polygon => polygon?.Sum(ring => (long)(ring?.Length ?? 0)) ?? 0) > MostPoints)
        {
            throw new ArgumentException($"The polygons have more than {MostPoints} points.");
        }

        return workspace.AddPolygons(
            picture.Handle, polygons.Select(polygon => polygon is { Length: > 0 } ? new MaskPolygon(Ring(polygon[0]), [.. polygon.Skip(1).Select(Ring)]) : throw new ArgumentException("A polygon has no ring.")),
            PolygonRule.PixelEdges, about);
    }

    private static MaskPoint[] Ring(double[][] ring) =>
        [.. (ring ?? throw new ArgumentException("A ring is null.")).Select(point => point is [var x, var y] ? new MaskPoint(x, y) : throw new ArgumentException("A point is [x, y]."))];

    private static VisionRegion[]? Find(VisionWorkspace workspace, IReadOnlyList<string>? handles)
    {
        if (handles is null || handles.Count > MostRegions)
        {
            return [];
        }

        VisionRegion[] found = [.. handles.Select(handle => workspace.TryGetRegion(handle, out VisionRegion? region) ? region : null).OfType<VisionRegion>()];
        return found.Length == handles.Count ? found : null;
    }

    private static string NameOf(VisionRegion region) => region.Phrase ?? region.Handle;

    private static async Task<T?> ReadAsync<T>(HttpContext context, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
        where T : class
    {
        if (!await JsonBody.AcceptAsync(context).ConfigureAwait(false))
        {
            return null;
        }

        T? read = null;
        try
        {
            read = await context.Request.ReadFromJsonAsync(type, context.RequestAborted).ConfigureAwait(false);
        }
        catch (JsonException)
        {
            // Told below.
        }

        if (read is null)
        {
            await Problems.WriteAsync(
                context, StatusCodes.Status400BadRequest, ToolErrorCodes.BadArgument, "The request is no JSON of this kind.", $"Send one JSON object (Content-Type: {Json}); /openapi/v1.json describes it.").ConfigureAwait(false);
        }

        return read;
    }

    private static Task WriteAsync(HttpContext context, PageRecord record) => context.Response.WriteAsJsonAsync(record, PageJson.Readable.PageRecord);

    private static async Task WithAsync(HttpContext context, string conversation, IConversations conversations, Func<IConversationLease, Task> use)
    {
        if (await conversations.FindAsync(ConversationOwner.Of(context.User), conversation, context.RequestAborted).ConfigureAwait(false) is not { } lease)
        {
            await ApiEndpoints.NotFoundAsync(context, "conversation").ConfigureAwait(false);
            return;
        }

        await using (lease)
        {
            await use(lease).ConfigureAwait(false);
        }
    }
}
