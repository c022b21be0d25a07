using MGLMM.Vision.Language;

namespace MGLMM.Vision.Tests.Language;

/// <summary>What questions and answers are about; silent where that is not sure.</summary>
public sealed class QuestionTests
{
    [Theory]
    [InlineData("What is the boy wearing?", "boy", "About")]
    [InlineData("what are the two girls on the left doing", "girls", "About")]
    [InlineData("What is the boy in the green cap holding?", "boy", "About")]
    [InlineData("What colour is the boat?", "boat", "About")]
    [InlineData("What color is the boy's hat?", "hat", "About")]
    [InlineData("How big is the house?", "house", "About")]
    [InlineData("What does the boy hold?", "boy", "About")]
    [InlineData("Does the dog carry a stick?", "dog", "About")]
    [InlineData("Is the boy wearing a hat?", "boy", "About")]
    [InlineData("Is the boat red?", "boat", "About")]
    [InlineData("Can you tell me what the boy is wearing?", "boy", "About")]
    [InlineData("What is the house made of?", "house", "About")]
    [InlineData("Describe the red boat.", "boat", "About")]
    [InlineData("Where is the boy?", "boy", "Place")]
    [InlineData("Where are the birds on the roof?", "birds", "Place")]
    [InlineData("Please show me where the cat is", "cat", "Place")]
    [InlineData("Is there a boy on the beach?", "boy", "Place")]
    [InlineData("Are there any dogs?", "dogs", "Place")]
    [InlineData("Which tree is the largest?", "tree", "Names")]
    [InlineData("Which of the boys is taller?", "boys", "Names")]
    [InlineData("How many red cars are there?", "cars", "Names")]
    [InlineData("Find the boy with the kite.", "boy", "Names")]
    [InlineData("Please highlight both boys", "boys", "Names")]
    public void A_question_is_about_its_subject(string text, string nouns, string kind)
    {
        Question question = Question.Read(text, _ => false)!;
        Assert.Equal((nouns, kind), (string.Join(' ', question.Nouns), question.Kind.ToString()));
    }

    [Theory]
    [InlineData("What is on the table?")]
    [InlineData("What is next to the house?")]
    [InlineData("What is left of the house?")]
    [InlineData("What is it?")]
    [InlineData("Is this a boy?")]
    [InlineData("What is the animal on the left?")]
    [InlineData("Who is the man?")]
    [InlineData("What could carry many people?")]
    [InlineData("What kind of animal is on the sofa?")]
    [InlineData("What animal is next to the house?")]
    [InlineData("What is happening?")]
    [InlineData("What is the weather like?")]
    [InlineData("What is the colour of the boat?")]
    [InlineData("Which is the largest?")]
    [InlineData("Is the boy happy?")]
    [InlineData("How many are there?")]
    [InlineData("What shelters?")]
    [InlineData("Why?")]
    [InlineData("How?")]
    [InlineData("Show me")]
    [InlineData("Where")]
    public void A_question_that_another_thing_may_answer_is_about_nothing(string text) => Assert.Empty(Question.Read(text, _ => false)?.Nouns ?? []);

    [Fact]
    public void What_the_model_knows_tells_a_noun_from_an_adjective() =>
        Assert.Equal(["boy"], Question.Read("Is the boy happy?", word => word == "boy")!.Nouns);

    [Theory]
    [InlineData("the red car")]
    [InlineData("boys")]
    [InlineData("")]
    [InlineData("?")]
    public void A_noun_phrase_is_no_question(string text) => Assert.Null(Question.Read(text, _ => false));

    [Theory]
    [InlineData("The boat is red.", "boat")]
    [InlineData("The red boat on the left is small and has a sail.", "boat")]
    [InlineData("Yes, the boat is red.", "boat")]
    [InlineData("There are two boats on the water.", "boats")]
    [InlineData("The boat carries a man.", "boat")]
    [InlineData("The boats are wearing nothing", "boats")]
    [InlineData("It is red.", null)]
    [InlineData("He wears a hat.", null)]
    [InlineData("A blue shirt.", null)]
    [InlineData("Red.", null)]
    [InlineData("Two.", null)]
    [InlineData("The picture shows a boat.", null)]
    [InlineData("", null)]
    public void An_answer_is_about_its_subject(string text, string? noun) => Assert.Equal(noun, Sentence.SubjectOf(text, describes: false));

    [Theory]
    [InlineData("A red boat.", "boat")]
    [InlineData("This is a red boat on the sea.", "boat")]
    [InlineData("It is a boat.", "boat")]
    [InlineData("The picture shows a boat.", "boat")]
    [InlineData("The image contains two boats.", "boats")]
    [InlineData("It is red.", null)]
    [InlineData("Red and small.", null)]
    public void A_description_is_about_what_it_describes(string text, string? noun) => Assert.Equal(noun, Sentence.SubjectOf(text, describes: true));
}
