using System.Diagnostics;
using MGLMM.Vision.Diagnostics;

namespace MGLMM.Hosting;

/// <summary>
/// The spans of the OpenTelemetry conventions for generative AI. All of their names are here: the conventions are in development and change.
/// Like <see cref="VisionTelemetry"/>, whose source they come from, they hold names and numbers, never what anybody asked or answered.
/// </summary>
public static class GenAiTelemetry
{
    private const string OperationName = "gen_ai.operation.name";
    private const string ProviderName = "gen_ai.provider.name";
    private const string RequestModel = "gen_ai.request.model";
    private const string InputTokens = "gen_ai.usage.input_tokens";
    private const string OutputTokens = "gen_ai.usage.output_tokens";
    private const string ToolName = "gen_ai.tool.name";
    private const string ToolType = "gen_ai.tool.type";
    private const string ErrorType = "error.type";
    private const string ExecuteTool = "execute_tool";
    private const string Chat = "chat";
    private const string Function = "function";
    private const string Provider = "mglmm";

    /// <summary>
    /// Begins <c>execute_tool NAME</c> around a call that came over a protocol. Agent frameworks emit one of their own: where one is under way
    /// in this process already, none is made.
    /// </summary>
    /// <param name="tool">The tool's name.</param>
    /// <returns>The span, to be disposed; null where there is one already or nobody listens.</returns>
    public static Activity? StartTool(string tool)
    {
        ArgumentException.ThrowIfNullOrEmpty(tool);
        for (Activity? above = Activity.Current; above is not null; above = above.Parent)
        {
            if (above.OperationName.StartsWith(ExecuteTool, StringComparison.Ordinal) || Equals(above.GetTagItem(OperationName), ExecuteTool))
            {
                return null;
            }
        }

        return VisionTelemetry.Source.StartActivity($"{ExecuteTool} {tool}")
            ?.SetTag(OperationName, ExecuteTool).SetTag(ToolName, tool).SetTag(ToolType, Function);
    }

    /// <summary>Begins <c>chat MODEL</c>, a question to the model itself.</summary>
    /// <param name="model">The model's name.</param>
    /// <returns>The span, to be disposed; null where nobody listens.</returns>
    public static Activity? StartChat(string model)
    {
        ArgumentException.ThrowIfNullOrEmpty(model);
        return VisionTelemetry.Source.StartActivity($"{Chat} {model}", ActivityKind.Client)
            ?.SetTag(OperationName, Chat).SetTag(ProviderName, Provider).SetTag(RequestModel, model);
    }

    /// <summary>Adds what an answer has cost.</summary>
    /// <param name="activity">The span; null does nothing.</param>
    /// <param name="inputTokens">Positions of the prompt.</param>
    /// <param name="outputTokens">Tokens generated.</param>
    public static void SetUsage(Activity? activity, long inputTokens, long outputTokens) =>
        activity?.SetTag(InputTokens, inputTokens).SetTag(OutputTokens, outputTokens);

    /// <summary>Marks a span as failed.</summary>
    /// <param name="activity">The span; null does nothing.</param>
    /// <param name="code">An error's code, such as <c>busy</c>; no words.</param>
    public static void SetError(Activity? activity, string code) =>
        activity?.SetTag(ErrorType, code).SetStatus(ActivityStatusCode.Error, code);
}
