using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using MGLMM.Extensions.AI;
using MGLMM.Hosting;
using MGLMM.Server.Events;
using MGLMM.Server.Security;
using MGLMM.Vision.Functions;
using MGLMM.Vision.Workspaces;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MGLMM.Server.OpenAi;

/// <summary>
/// The model itself behind OpenAI's chat completions: a picture as a data URI and an instruction in, the answer's text with its mark-up out, in
/// one piece or as a stream, and its regions beside it as <c>segments</c>.
/// </summary>
internal static partial class OpenAiEndpoints
{
    private const string ServerError = "server_error";
    private const string InvalidRequest = "invalid_request_error";

    // What clients that insist on a name may send.
    private const string AnyModel = "mglmm";

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        RouteGroupBuilder group = endpoints.MapGroup("/v1");
        group.MapPost("/chat/completions", CompleteAsync);
        group.MapGet("/models", ListAsync);
        group.MapGet("/models/{**id}", GetAsync);
    }

    private static async Task ListAsync(HttpContext context, IVisionToolsets toolsets, CancellationToken cancellationToken)
    {
        if (await ModelAsync(context, toolsets, cancellationToken).ConfigureAwait(false) is { } model)
        {
            await context.Response.WriteAsJsonAsync(
                new ModelList([Describe(model)]), OpenAiJson.Readable.ModelList, cancellationToken: cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task GetAsync(HttpContext context, string id, IVisionToolsets toolsets, CancellationToken cancellationToken)
    {
        if (await ModelAsync(context, toolsets, cancellationToken).ConfigureAwait(false) is { } model)
        {
            if (IsNameOf(model, id))
            {
                await context.Response.WriteAsJsonAsync(Describe(model), OpenAiJson.Readable.Model, cancellationToken: cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await NoSuchModelAsync(context, model).ConfigureAwait(false);
            }
        }
    }

    private static bool IsNameOf(IGroundingModel model, string name) => name == model.Card.Name || name == AnyModel;

    private static ModelList.Model Describe(IGroundingModel model) => new(model.Card.Name, DateTimeOffset.UnixEpoch.ToUnixTimeSeconds());

    private static async Task CompleteAsync(
        HttpContext context, IVisionToolsets toolsets, IOptions<MglmmOptions> options, IImageDecoder decoder, ILogger<MglmmChatClient> logger, CancellationToken cancellationToken, TimeProvider? time = null)
    {
        if (!await JsonBody.AcceptAsync(context).ConfigureAwait(false))
        {
            return;
        }

        ChatCompletionRequest? request;
        ChatMessage[] chat;
        try
        {
            request = await context.Request.ReadFromJsonAsync(OpenAiJson.Default.ChatCompletionRequest, cancellationToken).ConfigureAwait(false);
            chat = request is null ? throw new ArgumentException("The request is empty.") : [.. request.ToChat()];
            if (request.N is > 1)
            {
                throw new ArgumentException("n is more than 1; the model gives one answer.");
            }

            if (request.ToolChoice is { } choice && (choice.ValueKind == JsonValueKind.Object || (choice.ValueKind == JsonValueKind.String && choice.ValueEquals("required"))))
            {
                throw new ArgumentException("tool_choice asks for a call; the model calls no functions. Give the vision tools (/mcp) to a model that does.");
            }
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException or InvalidOperationException)
        {
            // Half of a surrogate pair in a text is found out only by reading it, and is then an invalid operation.
            await ErrorAsync(
                context, StatusCodes.Status400BadRequest, InvalidRequest, "invalid_request",
                exception is ArgumentException ? exception.Message : "The request is no JSON of a chat completion.").ConfigureAwait(false);
            return;
        }

        if (await ModelAsync(context, toolsets, cancellationToken).ConfigureAwait(false) is not { } model)
        {
            return;
        }

        if (request.Model is { Length: > 0 } named && !IsNameOf(model, named))
        {
            await NoSuchModelAsync(context, model).ConfigureAwait(false);
            return;
        }

        using Activity? activity = GenAiTelemetry.StartChat(model.Card.Name);
        string owner = ConversationOwner.Of(context.User);
        MglmmChatClient client = new(model, new MglmmChatClientOptions
        {
            MaximumNewTokens = options.Value.MaximumNewTokens,
            Decoder = decoder,
            Requester = owner == VisionWorkspace.DefaultOwner ? null : owner,
            Priority = options.Value.PriorityOf(owner),
            Deadline = options.Value.AnswerDeadline,
        });
        EventStream stream = new(context, time ?? TimeProvider.System);
        ChatOptions chatOptions = new() { MaxOutputTokens = request.MaxCompletionTokens ?? request.MaxTokens };
        try
        {
            await (request.Stream == true
                ? StreamAsync(stream, client, chat, chatOptions, model.Card.Name, request.StreamOptions?.IncludeUsage == true, activity, cancellationToken)
                : AnswerAsync(context, client, chat, chatOptions, activity, cancellationToken)).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            GenAiTelemetry.SetError(activity, "cancelled");
        }
        catch (Exception exception)
        {
            (int status, string type, string code, string message) = Read(exception, logger);
            GenAiTelemetry.SetError(activity, code);
            if (exception is EngineBusyException busy && !context.Response.HasStarted)
            {
                context.Response.Headers.RetryAfter = Math.Max(1, (int)Math.Ceiling(busy.RetryAfter.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
            }

            await (context.Response.HasStarted
                ? stream.SendAsync(JsonSerializer.SerializeToUtf8Bytes(new ErrorAnswer(new(message, type, null, code)), OpenAiJson.Readable.ErrorAnswer), cancellationToken)
                : ErrorAsync(context, status, type, code, message)).ConfigureAwait(false);
        }
    }

    private static async Task AnswerAsync(
        HttpContext context, MglmmChatClient client, ChatMessage[] chat, ChatOptions options, Activity? activity, CancellationToken cancellationToken)
    {
        ChatResponse response = await client.GetResponseAsync(chat, options, cancellationToken).ConfigureAwait(false);
        SetUsage(activity, response.Usage!);
        await context.Response.WriteAsJsonAsync(
            new ChatCompletion(
                IdOf(response.ResponseId!),
                response.CreatedAt!.Value.ToUnixTimeSeconds(),
                response.ModelId!,
                [new ChatCompletion.Choice(new ChatCompletion.AnswerMessage(response.Text, response.Segments()), response.FinishReason!.Value.Value)],
                Usage.Of(response.Usage!)),
            OpenAiJson.Readable.ChatCompletion,
            cancellationToken: cancellationToken).ConfigureAwait(false);
    }

    private static async Task StreamAsync(
        EventStream stream,
        MglmmChatClient client,
        ChatMessage[] chat,
        ChatOptions options,
        string model,
        bool tellsUsage,
        Activity? activity,
        CancellationToken cancellationToken)
    {
        bool begun = false;
        await foreach (ChatResponseUpdate update in stream.FollowAsync(client.GetStreamingResponseAsync(chat, options, cancellationToken)).ConfigureAwait(false))
        {
            (string id, long created) = (IdOf(update.ResponseId!), update.CreatedAt!.Value.ToUnixTimeSeconds());
            if (!begun)
            {
                // Not before there is an answer, or it takes long: what goes wrong until then has a status of its own.
                begun = true;
                await ChunkAsync(new(new(Role: "assistant", Content: string.Empty))).ConfigureAwait(false);
            }

            if (update.Text.Length > 0)
            {
                await ChunkAsync(new(new(Content: update.Text))).ConfigureAwait(false);
            }

            if (update.FinishReason is { } reason)
            {
                await ChunkAsync(new(new(Segments: update.AdditionalProperties?[MglmmChatClient.SegmentsKey] as IReadOnlyList<ChatSegment>), reason.Value)).ConfigureAwait(false);
                UsageDetails usage = update.Contents.OfType<UsageContent>().Single().Details;
                SetUsage(activity, usage);
                if (tellsUsage)
                {
                    await SendAsync(new ChatCompletionChunk(id, created, model, [], Usage.Of(usage))).ConfigureAwait(false);
                }
            }

            Task ChunkAsync(ChatCompletionChunk.Piece choice) => SendAsync(new ChatCompletionChunk(id, created, model, [choice]));
        }

        await stream.SendAsync("[DONE]"u8.ToArray(), cancellationToken).ConfigureAwait(false);

        Task SendAsync(ChatCompletionChunk chunk) =>
            stream.SendAsync(JsonSerializer.SerializeToUtf8Bytes(chunk, OpenAiJson.Readable.ChatCompletionChunk), cancellationToken);
    }

    private static async Task<IGroundingModel?> ModelAsync(HttpContext context, IVisionToolsets toolsets, CancellationToken cancellationToken)
    {
        try
        {
            return await toolsets.GetModelAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (VisionNotReadyException exception)
        {
            if (exception.RetryAfter is { } wait)
            {
                context.Response.Headers.RetryAfter = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
            }

            await ErrorAsync(context, StatusCodes.Status503ServiceUnavailable, ServerError, "model_not_ready", exception.Message).ConfigureAwait(false);
            return null;
        }
    }

    private static (int Status, string Type, string Code, string Message) Read(Exception exception, ILogger logger)
    {
        switch (exception)
        {
            case EngineBusyException:
                return (StatusCodes.Status429TooManyRequests, "rate_limit_error", "busy", "The model is busy with other requests.");
            case AnswerDeadlineException late:
                return (StatusCodes.Status504GatewayTimeout, ServerError, "late", late.Message);
            case PromptTooLongException tooLong:
                return (StatusCodes.Status400BadRequest, InvalidRequest, "context_length_exceeded", tooLong.Message);
            case ImageFormatException { IsTooLarge: true } tooLarge:
                return (StatusCodes.Status413PayloadTooLarge, InvalidRequest, "image_too_large", tooLarge.Message);
            case ImageFormatException unreadable:
                return (StatusCodes.Status400BadRequest, InvalidRequest, "image_unreadable", unreadable.Message);
            case ArgumentException wrong:
                // Without the name of a parameter that is ours.
                return (StatusCodes.Status400BadRequest, InvalidRequest, "invalid_request", wrong.Message.Split(" (Parameter '")[0]);
            case ModelUnavailableException unavailable:
                LogFailed(logger, exception);
                return (StatusCodes.Status503ServiceUnavailable, ServerError, "no_model", unavailable.Message);
            default:
                LogFailed(logger, exception);
                return (StatusCodes.Status500InternalServerError, ServerError, "failed", "The request failed inside; the server's log says why.");
        }
    }

    private static Task NoSuchModelAsync(HttpContext context, IGroundingModel model) => ErrorAsync(
        context, StatusCodes.Status404NotFound, InvalidRequest, "model_not_found", $"There is no such model here; this server has '{model.Card.Name}'.");

    private static Task ErrorAsync(HttpContext context, int status, string type, string code, string message)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(new ErrorAnswer(new(message, type, null, code)), OpenAiJson.Readable.ErrorAnswer);
    }

    private static void SetUsage(Activity? activity, UsageDetails usage) => GenAiTelemetry.SetUsage(activity, usage.InputTokenCount ?? 0, usage.OutputTokenCount ?? 0);

    private static string IdOf(string response) => "chatcmpl-" + response;

    [LoggerMessage(Level = LogLevel.Error, Message = "A chat completion failed.")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
