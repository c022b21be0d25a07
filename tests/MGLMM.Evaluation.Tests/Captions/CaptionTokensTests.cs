using MGLMM.Evaluation.Captions;

namespace MGLMM.Evaluation.Tests.Captions;

public sealed class CaptionTokensTests
{
    [Theory]
    [InlineData("A red house, and a boat.", "a red house and a boat")]
    [InlineData("A hot-air balloon!", "a hot-air balloon")]
    [InlineData("It's there; don't look.", "it 's there do n't look")]
    [InlineData("They\u2019re 3.5 m tall (about 1,000)", "they 're 3.5 m tall about 1,000")]
    [InlineData("50% of R&B and/or $5", "50 % of r & b and / or $ 5")]
    [InlineData("... - ?", "")]
    [InlineData("Ein Ärmel \u4E2D", "ein ärmel \u4E2D")]
    public void Words_come_in_lower_case_without_punctuation(string text, string expected) => Assert.Equal(expected, string.Join(' ', CaptionTokens.Of(text)));
}
