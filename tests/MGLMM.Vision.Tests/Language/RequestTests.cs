using MGLMM.Vision.Language;

namespace MGLMM.Vision.Tests.Language;

/// <summary>What callers write where a noun phrase is wanted.</summary>
public sealed class RequestTests
{
    [Theory]
    [InlineData("the red car on the left", "refer")]
    [InlineData("the red car.", "refer")]
    [InlineData("mark on the wall", "refer")]
    [InlineData("shows on the left", "refer")]
    [InlineData("Where are the birds?", "reason_segment")]
    [InlineData(" any animals? ", "reason_segment")]
    [InlineData("Show me the birds.", "ask")]
    [InlineData("please mark the door", "ask")]
    [InlineData("I can't find my mug.", "ask")]
    [InlineData("island in the sea", "refer")]
    public void Phrases_requests_and_questions_are_told_apart(string text, string task) => Assert.Equal(task, Request.TaskOf(text, _ => true));

    [Theory]
    [InlineData("Where are the birds?")]
    [InlineData("Show me the birds.")]
    public void A_model_without_other_words_is_asked_in_those_that_it_has(string text) => Assert.Equal("refer", Request.TaskOf(text, _ => false));
}
