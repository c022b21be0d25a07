using MGLMM.Vision.Results;
using Xunit;

namespace MGLMM.Testing;

public static class ResultAssertions
{
    /// <summary>The result of the wanted kind; an error's words otherwise.</summary>
    public static async Task<T> As<T>(this Task<ToolResult> call)
        where T : ToolResult
    {
        ToolResult result = await call;
        if (result is ToolError error && typeof(T) != typeof(ToolError))
        {
            Assert.Fail($"{error.Code}: {error.Message} {error.Try}");
        }

        return Assert.IsType<T>(result);
    }

    /// <summary>An error of the wanted code, which says what is wrong and what to do.</summary>
    public static async Task<ToolError> Fails(this Task<ToolResult> call, string code)
    {
        ToolError error = Assert.IsType<ToolError>(await call);
        Assert.Equal(code, error.Code);
        Assert.NotEmpty(error.Message);
        Assert.NotEmpty(error.Try);
        return error;
    }
}
