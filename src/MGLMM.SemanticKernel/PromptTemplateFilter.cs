using Microsoft.SemanticKernel;

namespace MGLMM.SemanticKernel;

/// <summary>Says which calls come out of a prompt template and which, also while one is rendered, from a model. Stateless, thread-safe.</summary>
internal sealed class PromptTemplateFilter : IPromptRenderFilter, IAutoFunctionInvocationFilter
{
    public Task OnPromptRenderAsync(PromptRenderContext context, Func<PromptRenderContext, Task> next) => PromptTemplateCall.RunAsync(isRendering: true, () => next(context));

    public Task OnAutoFunctionInvocationAsync(AutoFunctionInvocationContext context, Func<AutoFunctionInvocationContext, Task> next) =>
        PromptTemplateCall.RunAsync(isRendering: false, () => next(context));
}
