using System.Globalization;
using System.Net.Mime;
using System.Text.Json;
using MGLMM.Hosting;
using MGLMM.Imaging;
using MGLMM.Mcp;
using MGLMM.Server.Security;
using MGLMM.Vision;
using MGLMM.Vision.Contents;
using MGLMM.Vision.Functions;
using MGLMM.Vision.Results;
using MGLMM.Vision.Workspaces;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace MGLMM.Server.Api;

/// <summary>
/// The tools for programs without a protocol: each is one POST of its arguments as JSON; pictures go in and come out as files, and so do the files
/// that tools made. Errors are ProblemDetails with the tool's <c>code</c> and <c>try</c>. Everything belongs to a conversation of the caller's.
/// </summary>
internal static class ApiEndpoints
{
    private const string Png = "image/png";
    private const int MostNameCharacters = 200;

    /// <summary>Pictures' types that uploads may name; what counts is what the bytes are.</summary>
    private static readonly string[] UploadTypes = ["image/png", "image/jpeg", "image/webp", MediaTypeNames.Application.Octet];

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/openapi/v1.json", (OpenApiDocument document) => Results.Text(document.Json, MediaTypeNames.Application.Json)).AllowAnonymous();
        RouteGroupBuilder api = endpoints.MapGroup("/api");
        api.MapGet("/model", ModelAsync);
        api.MapPost("/tools/{tool}", CallAsync);
        api.MapPost("/images", UploadAsync);
        api.MapGet("/conversations", ListAsync);
        api.MapGet("/conversations/{conversation}", GetAsync);
        api.MapDelete("/conversations/{conversation}", RemoveAsync);
        api.MapGet("/conversations/{conversation}/images/{image}", ImageAsync);
        api.MapGet("/conversations/{conversation}/regions/{region}", RegionAsync);
        api.MapGet("/conversations/{conversation}/artifacts/{artifact}", ArtifactAsync);
    }

    private static async Task<IResult> ModelAsync(IVisionToolsets toolsets, IPlannerDescription planner, CancellationToken cancellationToken)
    {
        ModelStatus status = toolsets.Status;
        ModelCard? card = status.State == ModelState.Ready ? (await toolsets.GetModelAsync(cancellationToken).ConfigureAwait(false)).Card : null;
        return Results.Json(new ModelRecord(status, card, new PlannerRecord(planner.Description, planner.IsLanguageModel)), ApiJson.Readable.ModelRecord);
    }

    private static async Task CallAsync(HttpContext context, string tool, ConversationCalls calls, OpenApiDocument document, CancellationToken cancellationToken)
    {
        if (document.Functions.FirstOrDefault(known => known.Name == tool) is not { } function)
        {
            await Problems.WriteAsync(
                context, StatusCodes.Status404NotFound, ToolErrorCodes.BadArgument, "There is no such tool.", $"Use one of: {string.Join(", ", document.Functions.Select(known => known.Name))}.").ConfigureAwait(false);
            return;
        }

        if (!await JsonBody.AcceptAsync(context).ConfigureAwait(false))
        {
            return;
        }

        Dictionary<string, JsonElement>? arguments;
        try
        {
            arguments = await context.Request.ReadFromJsonAsync(ApiJson.Default.DictionaryStringJsonElement, cancellationToken).ConfigureAwait(false);
        }
        catch (JsonException)
        {
            arguments = null;
        }

        if (arguments is null)
        {
            await Problems.WriteAsync(
                context, StatusCodes.Status400BadRequest, ToolErrorCodes.BadArgument, "The request is no JSON object.", "Send the tool's arguments as one JSON object.").ConfigureAwait(false);
            return;
        }

        ConversationCall call = await calls.CallAsync(
            context.User, function, arguments.Select(argument => new KeyValuePair<string, object?>(argument.Key, argument.Value)), cancellationToken).ConfigureAwait(false);
        await WriteAsync(context, call).ConfigureAwait(false);
    }

    /// <summary>A picture's bytes as the body: opens it, in a new conversation or in one of the caller's.</summary>
    private static async Task UploadAsync(
        HttpContext context, ConversationCalls calls, IConversations conversations, CancellationToken cancellationToken, string? name = null, string? conversation = null)
    {
        string? type = context.Request.ContentType?.Split(';')[0].Trim().ToLowerInvariant();
        if (!UploadTypes.Contains(type))
        {
            await Problems.WriteAsync(
                context, StatusCodes.Status415UnsupportedMediaType, "media_type", "The body is no picture by its type.",
                "Send the bytes of a PNG, JPEG or WebP file with its own Content-Type, such as image/png.").ConfigureAwait(false);
            return;
        }

        string plain = PlainName(name);
        using MemoryStream bytes = new();
        await context.Request.Body.CopyToAsync(bytes, cancellationToken).ConfigureAwait(false);

        string owner = ConversationOwner.Of(context.User);
        IConversationLease? lease = conversation is null
            ? await conversations.BeginAsync(owner, cancellationToken).ConfigureAwait(false)
            : await conversations.FindAsync(owner, conversation, cancellationToken).ConfigureAwait(false);
        if (lease is null)
        {
            await NotFoundAsync(context, "conversation").ConfigureAwait(false);
            return;
        }

        await using (lease)
        {
            await WriteAsync(context, await calls.OpenAsync(lease, plain, bytes.GetBuffer().AsMemory(0, (int)bytes.Length), cancellationToken).ConfigureAwait(false), created: true)
                .ConfigureAwait(false);
        }
    }

    private static async Task<IResult> ListAsync(HttpContext context, IConversations conversations, CancellationToken cancellationToken) => Results.Json(
        [.. (await conversations.ListAsync(ConversationOwner.Of(context.User), cancellationToken).ConfigureAwait(false))
            .Select(summary => new ConversationRecord(summary.Conversation, summary.LastUsed, summary.Pictures))],
        ApiJson.Readable.ConversationRecordArray);

    private static Task GetAsync(HttpContext context, string conversation, IConversations conversations, CancellationToken cancellationToken) =>
        WithAsync(context, conversation, conversations, workspace => context.Response.WriteAsJsonAsync(
            WorkspaceRecord.Of(workspace), ApiJson.Readable.WorkspaceRecord, cancellationToken: cancellationToken), cancellationToken);

    private static async Task RemoveAsync(HttpContext context, string conversation, IConversations conversations, CancellationToken cancellationToken)
    {
        if (await conversations.RemoveAsync(ConversationOwner.Of(context.User), conversation, cancellationToken).ConfigureAwait(false))
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        await NotFoundAsync(context, "conversation").ConfigureAwait(false);
    }

    private static Task ImageAsync(HttpContext context, string conversation, string image, IConversations conversations, CancellationToken cancellationToken) =>
        WithAsync(context, conversation, conversations, async workspace =>
        {
            if (!workspace.TryGetImage(image, out VisionImage? found))
            {
                await NotFoundAsync(context, "image").ConfigureAwait(false);
                return;
            }

            byte[] png = await Task.Run(() => PngWriter.Encode(found.Pixels), cancellationToken).ConfigureAwait(false);
            await FileAsync(context, png, Png, Path.GetFileNameWithoutExtension(found.Name) + ".png", $"\"{found.Pixels.ContentHash}\"", cancellationToken).ConfigureAwait(false);
        }, cancellationToken);

    private static Task RegionAsync(HttpContext context, string conversation, string region, IConversations conversations, CancellationToken cancellationToken) =>
        WithAsync(context, conversation, conversations, workspace => workspace.TryGetRegion(region, out VisionRegion? found)
            ? context.Response.WriteAsJsonAsync(RegionWithMask.Of(found), ApiJson.Readable.RegionWithMask, cancellationToken: cancellationToken)
            : NotFoundAsync(context, "region"), cancellationToken);

    private static Task ArtifactAsync(HttpContext context, string conversation, string artifact, IConversations conversations, CancellationToken cancellationToken) =>
        WithAsync(context, conversation, conversations, workspace => workspace.TryGetArtifact(artifact, out VisionArtifact? found)
            ? FileAsync(context, found.Content, found.MediaType, found.FileName, $"\"{found.Handle}-{found.Content.Length}\"", cancellationToken)
            : NotFoundAsync(context, "artifact"), cancellationToken);

    private static async Task WithAsync(
        HttpContext context, string conversation, IConversations conversations, Func<VisionWorkspace, Task> use, CancellationToken cancellationToken)
    {
        if (await conversations.FindAsync(ConversationOwner.Of(context.User), conversation, cancellationToken).ConfigureAwait(false) is not { } lease)
        {
            await NotFoundAsync(context, "conversation").ConfigureAwait(false);
            return;
        }

        await using (lease)
        {
            await use(lease.Workspace).ConfigureAwait(false);
        }
    }

    /// <summary>A file for what it is: never as a page, never sniffed, and by its own name where it is saved.</summary>
    private static async Task FileAsync(
        HttpContext context, ReadOnlyMemory<byte> content, string mediaType, string fileName, string tag, CancellationToken cancellationToken)
    {
        IHeaderDictionary headers = context.Response.Headers;
        headers.ContentSecurityPolicy = SecurityHeaders.FilePolicy;
        headers.CacheControl = "private, no-cache";
        headers.ETag = tag;
        if (context.Request.Headers.IfNoneMatch.Contains(tag))
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        context.Response.ContentType = mediaType;
        context.Response.ContentLength = content.Length;

        // Only plain pictures are shown in place; whatever could hold a script is saved.
        ContentDispositionHeaderValue disposition = new(mediaType == Png ? "inline" : "attachment");
        disposition.SetHttpFileName(fileName);
        headers.ContentDisposition = disposition.ToString();
        await context.Response.Body.WriteAsync(content, cancellationToken).ConfigureAwait(false);
    }

    private static Task WriteAsync(HttpContext context, ConversationCall call, bool created = false)
    {
        if (call.Result is ToolError error)
        {
            if (error.RetryAfterSeconds is { } seconds)
            {
                context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
            }

            return Problems.WriteAsync(context, ToolStatus.Of(error.Code), error.Code, error.Message, error.Try);
        }

        if (created && call.Result is OpenedImageResult opened)
        {
            context.Response.StatusCode = StatusCodes.Status201Created;
            context.Response.Headers.Location = $"/api/conversations/{call.Conversation}/images/{opened.Image}";
        }

        context.Response.ContentType = MediaTypeNames.Application.Json;
        return context.Response.WriteAsync(call.ToJson());
    }

    /// <summary>Says that something is not there, whoever else may have it.</summary>
    internal static Task NotFoundAsync(HttpContext context, string kind) => Problems.WriteAsync(
        context, StatusCodes.Status404NotFound, ToolErrorCodes.UnknownHandle, $"There is no such {kind}, or it is no longer kept.", "GET /api/conversations lists what there is.");

    /// <summary>What a picture is called: the last part of a name that may be a path, without what no name has.</summary>
    private static string PlainName(string? name)
    {
        string plain = string.Concat((name ?? string.Empty).Split('/', '\\')[^1].Where(character => !char.IsControl(character))).Trim();
        return plain.Length == 0 ? "picture" : plain.Length <= MostNameCharacters ? plain : plain[..MostNameCharacters];
    }
}
