using System.Reflection;
using MGLMM.Vision.Results;
using MGLMM.Vision.Tools;
using MGLMM.Vision.Tools.BuiltIn;

namespace MGLMM.Vision.Tests.Tools;

/// <summary>What is remembered of a failing call.</summary>
public sealed class RepeatedCallsTests
{
    private static readonly ToolError Refused = new() { Code = ToolErrorCodes.NotAllowed, Message = "m", Try = "t" };

    /// <summary>It is remembered as long as the conversation is, and in no budget.</summary>
    [Fact]
    public void A_picture_in_a_failing_call_is_recognised_and_not_kept()
    {
        RepeatedCalls calls = new();
        string picture = "data:image/png;base64," + new string('A', 1 << 20);
        Assert.Same(Refused, Told(picture));
        Assert.Same(Refused, Told(picture.ToUpperInvariant()));
        Assert.Equal(ToolErrorCodes.Repeated, Told(picture).Code);
        foreach (object? kept in typeof(RepeatedCalls).GetFields(BindingFlags.Instance | BindingFlags.NonPublic).Select(field => field.GetValue(calls)))
        {
            Assert.True(kept is Lock or int or byte[] { Length: 32 }, $"A {kept?.GetType().Name} is kept.");
        }

        Assert.Same(Refused, Told(picture + "A"));

        ToolError Told(string source) => Assert.IsType<ToolError>(calls.Told(OpenImageTool.Instance, [KeyValuePair.Create("source", (object?)source)], Refused));
    }
}
