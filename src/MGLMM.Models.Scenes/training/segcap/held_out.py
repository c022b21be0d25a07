"""Instructions that are never trained, in three sets; "presence" frames the question whether {x} is there."""

#: The patterns were widened twice, when it was known which sentences of the first set failed and how well the second one did. The third
#: was written by somebody who had seen neither the patterns nor the other sets, and was not read before the embedded model was finished.
HELD_OUT = (
    {
        "segment_and_caption.panoptic": [
            "Tell me about all areas of the picture and mark each with a mask.",
            "Give an account of the full scene, with masks for it all.",
            "What makes up this picture, front to back? Use masks."],
        "segment_and_caption.instance": [
            "Caption the things you see and give their masks.",
            "Tell me about the objects, each with its own mask.",
            "Put the objects of the picture into words and masks."],
        "segment_and_caption.part": [
            "Tell me about the {object} part by part, with masks.",
            "Take the {object} to pieces and mask every piece.",
            "How is the {object} built? Give masks."],
        "segment_all": [
            "Name and mask all that is there.",
            "I need masks and labels for the entire image.",
            "Break the picture up into named regions."],
        "refer": [
            "Mark the {expression}, please.",
            "I am looking for the {expression}.",
            "Which one is the {expression}?",
            "Put a mask on the {expression}."],
        "reason_segment": [
            "{question} Mark it.",
            "{question} A mask, please.",
            "{question} Point to it with a mask."],
        "reason_segment.explain": [
            "{question} Mark it and say why.",
            "{question} Give me a mask and your reasons.",
            "{question} Show where, and for what reason."],
        "caption.brief": [
            "Sum up the picture in a few words.",
            "The picture in one line, please."],
        "caption.normal": [
            "What can you see in the picture?",
            "Say what is in the picture."],
        "caption.detailed": [
            "Tell me everything about the picture.",
            "Describe all that you see, sparing no details."],
        "region_caption": [
            "Say what this region shows.",
            "What have we got in this crop?"],
        "ask": ["{question}"],
        "presence": [
            "Do you find {x} here?",
            "Is {x} part of the picture?",
            "Did anyone draw {x} into this scene?"],
    },
    {
        "segment_and_caption.panoptic": [
            "Write a caption that covers the entire picture, both the things and the background, and give a mask for every region.",
            "Tell me everything this image shows, including the scenery behind the objects, and mark each part you mention with its mask.",
            "I want the whole scene described, objects as well as surroundings such as sky, floor or walls, with a segmentation mask attached to each one.",
            "Could you describe the full photo from foreground to background and outline every region as a mask?",
            "Explain what is in the complete scene, leaving out neither objects nor background, and segment each area as you name it."],
        "segment_and_caption.instance": [
            "Caption only the objects in this picture and add a mask for each of them.",
            "What objects are here? Answer in a sentence, ignore the background, and mask every object you mention.",
            "Please write about the individual objects in the photo, skipping the background, with one segmentation mask per object.",
            "Give me a description of just the objects you see, each one with its own mask.",
            "Talk about the separate things in this image but not the background, and segment every single one."],
        "segment_and_caption.part": [
            "Describe the parts of the {object} and give a mask for each part.",
            "What is the {object} made up of? Show me every part with its own mask.",
            "Break the {object} down into its parts and segment each one.",
            "Can you point out the different parts of the {object} in a sentence, with masks?",
            "I would like to see the {object} split into its components, each named and masked."],
        "segment_all": [
            "List everything in this picture by name, with a mask for each item.",
            "Segment the whole image and just give me the names next to the masks.",
            "Name all the things and background areas you can find here as a simple list, each with its mask.",
            "I need a list of labels and masks covering everything in the photo, no full sentences.",
            "Mask everything you see and label it, nothing more than a list."],
        "refer": [
            "Where is the {expression}? Show it with a mask.",
            "Can you segment the {expression} for me?",
            "I am looking for the {expression}, highlight that in the image with a mask.",
            "Give me the segmentation mask of the {expression}."],
        "reason_segment": [
            "{question} Show me the answer as a mask.",
            "Look at the picture and answer with a segmentation mask: {question}",
            "{question} Please segment it.",
            "I have a question about this image. {question} Mark the answer with a mask.",
            "{question} Highlight whatever fits by drawing its mask."],
        "reason_segment.explain": [
            "{question} Show me the answer as a mask and tell me why.",
            "Answer with a segmentation mask and give your reason: {question}",
            "{question} Please segment it, then explain how you decided.",
            "Here is my question: {question} Mask the answer and say what makes you think so.",
            "{question} I want the mask of the answer together with a short explanation."],
        "caption.brief": [
            "Sum up this picture in a few words.",
            "Give me a very short caption for the photo.",
            "What is this image about? Keep it to one short sentence.",
            "Quickly tell me what is shown here, as briefly as you can.",
            "I just need a tiny caption, nothing long."],
        "caption.normal": [
            "What do you see in this picture?",
            "Can you tell me what is going on in this photo?",
            "I would like a description of the scene shown here."],
        "caption.detailed": [
            "Describe this picture in as much detail as possible.",
            "Write a long and thorough description of the photo.",
            "Tell me all about this image and do not leave out the small details.",
            "I need a full paragraph or more that carefully explains what is shown here.",
            "Could you give a very detailed account of everything visible in the scene?"],
        "region_caption": [
            "Tell me what is inside the selected area of the picture.",
            "Can you write a caption for this part of the image only?",
            "I want to know what this region contains, describe it for me."],
        "ask": ["{question}"],
        "presence": [
            "Can you see {x} anywhere in the image?",
            "Does this photo show {x}?",
            "Tell me yes or no, does {x} appear here?",
            "I want to know if the image contains {x}, yes or no?",
            "Looking at the scene, is {x} visible?",
            "Would you say that {x} is present in this photo?"],
    },
    {
        "segment_and_caption.panoptic": [
            "Walk me through the entire scene, background included, and attach a mask to every region you mention.",
            "I'd like a written description covering both the objects and what lies behind them, with each region masked as it comes up.",
            "Can you put this whole picture into words, from foreground items to backdrop, and give a mask for all of it?",
            "Nothing should be left out: narrate the objects as well as their surroundings, grounding every phrase in a segmentation mask.",
            "Compose a full account of the image in which things and background areas alike are each tied to their own mask."],
        "segment_and_caption.instance": [
            "Tell me in a sentence or two which objects are here and mask each of them, but skip the background.",
            "Ignoring whatever is behind them, write a caption about the individual objects with a separate mask for every one.",
            "Could you describe just the foreground objects, adding a mask next to each as you name it?",
            "Only the things matter to me, not the backdrop: caption them and outline every single one with a mask.",
            "Please produce a short text on the distinct items in this picture, pairing each item with its mask and leaving the scenery out."],
        "segment_and_caption.part": [
            "What is the {object} made up of? Describe its parts and give me a mask for each.",
            "Break the {object} down into its components, explaining and masking them one by one.",
            "I need to see how the {object} is put together, so write about every part with its own mask.",
            "Looking only at the {object}, describe the pieces it consists of and segment each piece.",
            "Could you take the {object} apart for me in words, marking every one of its parts with a mask?"],
        "segment_all": [
            "Just list the name and mask of everything in the picture, no sentences needed.",
            "Label and mask every single region, and return the result as a bare list of names.",
            "Without writing any prose, give me all the segments you can find together with their class names.",
            "I want a plain inventory of this image: one name plus one mask per entry, covering everything.",
            "Can you segment the full image and output only the labels with their masks?"],
        "refer": [
            "Where exactly is the {expression}? Answer with its mask.",
            "I only need one thing cut out here, namely the {expression}.",
            "Find the {expression} and highlight its pixels for me.",
            "Could you draw a mask over the {expression} and nothing else?",
            "Please trace out the region occupied by the {expression}."],
        "reason_segment": [
            "{question} Show me the answer by masking it in the picture.",
            "Work out what this is asking about and reply with a segmentation mask: {question}",
            "I have a question whose answer should be a mask. {question}",
            "{question} Don't explain, simply segment whatever the answer is.",
            "Think about the following, then mark the right object with a mask: {question}"],
        "reason_segment.explain": [
            "{question} Mask the answer and tell me why you picked it.",
            "Respond to this with a segmentation mask along with your reasoning: {question}",
            "I'd like both the mask and the justification behind it for this question. {question}",
            "{question} Once you have segmented it, explain what led you to that choice.",
            "Besides masking the object that answers the question, give the reason it is the correct one: {question}"],
        "caption.brief": [
            "Sum up this picture in a handful of words.",
            "If you had just one short sentence for this image, what would it be?",
            "Keep it very short: what does the picture show?",
            "I need a quick one-line caption for this.",
            "Could you say in brief what can be seen here?"],
        "caption.normal": [
            "How would you describe this picture to someone who can't see it?",
            "Please tell me what the picture shows.",
            "I'm looking for a description of the image in ordinary prose."],
        "caption.detailed": [
            "Describe this image as thoroughly as you can, mentioning every object along with its color and position.",
            "I want a long, rich description that leaves out no detail of the picture.",
            "Can you go through everything visible here in depth, including where things are and what they look like?",
            "Give an exhaustive account of the scene in several sentences.",
            "In as much detail as possible, explain what this picture contains and how it is arranged."],
        "region_caption": [
            "This is a crop taken from a larger picture; what does it show?",
            "Describe the contents of this cut-out region.",
            "I selected a small area of an image and cropped it, so tell me what is in there.",
            "Could you write a caption for just this cropped patch?"],
        "ask": ["{question}"],
        "presence": [
            "Can you see {x} anywhere in this picture?",
            "Answer yes or no: is there {x} in the scene?",
            "I'm wondering whether {x} appears here, yes or no?",
            "Would it be correct to say that this picture includes {x}?",
            "Check the image for {x} and tell me yes if it is there or no if it isn't."],
    },
)
